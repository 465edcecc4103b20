import Files
import JSONReading
public import Processes
public import SystemPackage

/// What the build driver tells the shim, in a file that the wrapper script names.
public struct ShimSettings: Hashable, Sendable, Codable {
    public var kind: EngineKind
    /// A name or a path.
    public var executable: String
    public var environment: [String: String]
    public var options: [String]
    public var container: String
    public var labels: [String: String]
    /// The image that was planned; nil lets the script choose.
    public var imageID: String?
    public var limits: ContainerRequest.Limits
    /// Only where the script's words name none.
    public var network: ContainerRequest.Network?
    /// Mounted at `/home/conda/ccache`, which `CCACHE_DIR` names in the container.
    public var compilerCache: String?
    /// Mounted at `EngineShim.sccacheFolder`, which `SCCACHE_DIR` names in the container.
    public var sccache: String?
    /// For the container, where the script's words do not name them.
    public var variables: [String: String]?
    public var record: String
    public var log: String
    /// Stands before each line of the container, so that the driver tells them from the script's own; nil prints lines as they are.
    public var frame: String?
    /// No container is started once this process is gone: nobody would know of it.
    public var driver: ProcessIdentity?

    public init(
        engine: Engine, container: String, labels: [String: String], imageID: String?, limits: ContainerRequest.Limits = .init(),
        network: ContainerRequest.Network? = nil, compilerCache: String? = nil, sccache: String? = nil, variables: [String: String] = [:],
        record: FilePath, log: FilePath, frame: String? = nil,
        driver: ProcessIdentity? = nil
    ) {
        kind = engine.kind
        executable = engine.executable.description
        environment = engine.environment
        options = engine.options
        self.container = container
        self.labels = labels
        self.imageID = imageID
        self.limits = limits
        self.network = network
        self.compilerCache = compilerCache
        self.sccache = sccache
        self.variables = variables
        self.record = record.string
        self.log = log.string
        self.frame = frame
        self.driver = driver
    }

    public init(reading path: FilePath) throws(ContainerError) {
        do {
            let data = try path.contents(limit: 1 << 20)
            self = try StrictJSON.decode(ShimSettings.self, from: data)
        } catch let error as FileError { throw .file(error) } catch let error as JSONError { throw .json(path, error) } catch {
            throw .notUnderstood("`\(path)`")
        }
    }

    public func write(to path: FilePath) throws(ContainerError) {
        do { try path.replaceContents(with: try StrictJSON.encode(self, pretty: true), permissions: .ownerReadWrite) } catch let error as FileError {
            throw .file(error)
        } catch { throw .notUnderstood("the shim's settings") }
    }

    public var engine: Engine { Engine(kind: kind, executable: Command.Executable(executable), environment: environment, options: options) }
}
