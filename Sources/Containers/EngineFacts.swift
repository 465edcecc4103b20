/// What an engine says of itself, for the record of a build.
public struct EngineFacts: Sendable, Hashable, Codable {
    public var kind: EngineKind
    /// The version of what runs the containers: the daemon's with docker, the program's with podman.
    public var version: String
    public var isRootless: Bool
    /// The storage driver, such as `overlay` or `vfs`.
    public var storage: String
    public var operatingSystem: String
    public var architecture: String
    /// `v1` or `v2`; rootless engines can set no limits on `v1`.
    public var controlGroups: String

    public init(
        kind: EngineKind, version: String, isRootless: Bool, storage: String, operatingSystem: String, architecture: String, controlGroups: String
    ) {
        self.kind = kind
        self.version = version
        self.isRootless = isRootless
        self.storage = storage
        self.operatingSystem = operatingSystem
        self.architecture = architecture
        self.controlGroups = controlGroups
    }
}
