public import Basics
import Files
import JSONReading
public import SystemPackage

/// What really ran: written by the shim as it goes, read by the driver for the build's record.
public struct ShimRecord: Hashable, Sendable, Codable {
    public struct Image: Hashable, Sendable, Codable {
        /// As the script named it.
        public var reference: String
        public var id: String
        public var digests: [String]
        /// False if the script's `pull` was answered without asking a registry, because the planned image is here.
        public var isPulled: Bool
    }

    public var format = 1
    public var engine: EngineFacts?
    public var image: Image?
    /// The script's own words from `run` on; the values of secrets are not in them.
    public var asked: [String] = []
    /// The words that the engine was given.
    public var ran: [String] = []
    public var container: String = ""
    public var containerID: String?
    /// What was done about who owns the mounted folders.
    public var ownership: String?
    public var started: Timestamp?
    /// When the container, which had been kept after a failure, was started once more.
    public var startedAgain: [Timestamp]?
    public var exit: ContainerExit?
    /// Why there is no container, in words.
    public var failure: String?

    public init() {}

    /// Nil if there is no such file yet.
    public init?(reading path: FilePath) throws(ContainerError) {
        guard path.exists else { return nil }
        do { self = try StrictJSON.decode(ShimRecord.self, from: try path.contents(limit: 4 << 20)) } catch let error as FileError {
            throw .file(error)
        } catch let error as JSONError { throw .json(path, error) } catch { throw .notUnderstood("`\(path)`") }
    }

    public func write(to path: FilePath) throws(ContainerError) {
        do { try path.replaceContents(with: try StrictJSON.encode(self, pretty: true)) } catch let error as FileError { throw .file(error) } catch {
            throw .notUnderstood("the shim's record")
        }
    }
}
