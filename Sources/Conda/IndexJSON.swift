/// `info/index.json`: what an artifact says of itself to a solver (CEP 34).
public struct IndexJSON: Hashable, Sendable, Codable {
    public var name: String
    public var version: String
    public var build: String
    public var buildNumber: Int
    public var subdir: String?
    public var architecture: String?
    public var platform: String?
    public var depends: [String]
    public var constrains: [String]?
    public var license: String?
    public var licenseFamily: String?
    public var noarch: String?
    /// Milliseconds since 1970.
    public var timestamp: Int64?

    enum CodingKeys: String, CodingKey {
        case name, version, build, subdir, platform, depends, constrains, license, noarch, timestamp
        case buildNumber = "build_number"
        case architecture = "arch"
        case licenseFamily = "license_family"
    }

    public init(
        name: String, version: String, build: String, buildNumber: Int, subdir: String? = nil, architecture: String? = nil, platform: String? = nil,
        depends: [String] = [], constrains: [String]? = nil, license: String? = nil, licenseFamily: String? = nil, noarch: String? = nil,
        timestamp: Int64? = nil
    ) {
        self.name = name
        self.version = version
        self.build = build
        self.buildNumber = buildNumber
        self.subdir = subdir
        self.architecture = architecture
        self.platform = platform
        self.depends = depends
        self.constrains = constrains
        self.license = license
        self.licenseFamily = licenseFamily
        self.noarch = noarch
        self.timestamp = timestamp
    }
}

extension KeyedDecodingContainer<IndexJSON.CodingKeys> {
    /// What the compiler's own decoding calls for `depends`, which rattler-build left out where it was empty.
    func decode(_ type: [String].Type, forKey key: Key) throws -> [String] { try decodeIfPresent(type, forKey: key) ?? [] }
}
