public import SystemPackage

/// A container to run.
public struct ContainerRequest: Sendable, Hashable {
    public struct Mount: Sendable, Hashable {
        public var source: FilePath
        public var target: FilePath
        public var isReadOnly: Bool
        public init(_ source: FilePath, at target: FilePath, isReadOnly: Bool = false) {
            self.source = source
            self.target = target
            self.isReadOnly = isReadOnly
        }
    }

    public enum Network: String, Sendable, Hashable, Codable {
        case none, host, bridge
    }

    /// What the container may use; nil is no limit.
    public struct Limits: Sendable, Hashable, Codable {
        /// Bytes, without any swap on top.
        public var memory: Int64?
        public var cpus: Double?
        public var processes: Int?
        public init(memory: Int64? = nil, cpus: Double? = nil, processes: Int? = nil) {
            self.memory = memory
            self.cpus = cpus
            self.processes = processes
        }
    }

    /// A reference or an id; never pulled.
    public var image: String
    /// The image's own command if empty.
    public var command: [String]
    /// Unique in the engine: a second container of this name is refused.
    public var name: String
    public var labels: [String: String]
    public var mounts: [Mount]
    /// Folders in memory: target and options, such as `size=64m`.
    public var temporaryFolders: [FilePath: String]
    /// Variables that hold secrets (`SecretNames`) are left out.
    public var environment: [String: String]
    /// `uid` or `uid:gid`; the image's own if nil.
    public var user: String?
    public var network: Network
    public var limits: Limits
    public var workingDirectory: FilePath?
    public var hasReadOnlyRoot: Bool
    /// The image's own if nil; the empty text for none.
    public var entryPoint: String?
    /// How long it may run before it is stopped.
    public var timeout: Duration?
    /// Where podman writes the log, which then outlives the container; docker keeps its logs itself.
    public var log: FilePath?

    public init(
        image: String, command: [String], name: String, labels: [String: String] = [:], mounts: [Mount] = [],
        temporaryFolders: [FilePath: String] = [:], environment: [String: String] = [:], user: String? = nil, network: Network = .none,
        limits: Limits = Limits(), workingDirectory: FilePath? = nil, hasReadOnlyRoot: Bool = false, entryPoint: String? = nil,
        timeout: Duration? = nil,
        log: FilePath? = nil
    ) {
        self.image = image
        self.command = command
        self.name = name
        self.labels = labels
        self.mounts = mounts
        self.temporaryFolders = temporaryFolders
        self.environment = environment
        self.user = user
        self.network = network
        self.limits = limits
        self.workingDirectory = workingDirectory
        self.hasReadOnlyRoot = hasReadOnlyRoot
        self.entryPoint = entryPoint
        self.timeout = timeout
        self.log = log
    }
}
