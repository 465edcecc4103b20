/// An image as the engine holds it.
public struct ImageFacts: Sendable, Hashable, Codable {
    /// The digest of the image's configuration, `sha256:…`: the one name that is the same in every engine and after every transfer.
    public var id: String
    /// The digests of the manifests that the image is known by, `sha256:…`, sorted; docker knows none before a push or a pull.
    public var digests: [String]
    public var byteCount: Int64
    public var created: String
    public var operatingSystem: String
    public var architecture: String
    public var labels: [String: String]

    public init(
        id: String, digests: [String], byteCount: Int64, created: String, operatingSystem: String, architecture: String,
        labels: [String: String] = [:]
    ) {
        self.id = id
        self.digests = digests
        self.byteCount = byteCount
        self.created = created
        self.operatingSystem = operatingSystem
        self.architecture = architecture
        self.labels = labels
    }
}
