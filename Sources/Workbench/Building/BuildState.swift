import Basics
import Containers
import Files
import JSONReading
import Processes
import SystemPackage

/// What a process that takes up a build must know of the one before; it lies in the build's folder from before the script starts.
struct BuildState: Hashable, Codable {
    var driver: ProcessIdentity
    /// The script leads a process group of its own.
    var script: ProcessIdentity?
    var started: Timestamp
    /// The packages that were there before.
    var before: BuildProducts
    var cacheBefore: CompilerCacheUse?
    /// A container that fails is left, also by the process that takes the build up.
    var keepsFailedContainer: Bool?
    /// `CPU_COUNT` of the container that was started; who takes it up later would plan another number.
    var jobs: Int?
    /// Changes when the machine starts: a container that ran before then runs no more, whatever the engine says of it.
    var boot: String

    static var currentBoot: String { (try? FilePath("/proc/sys/kernel/random/boot_id").text(limit: 4096)) ?? "" }

    init(driver: ProcessIdentity, started: Timestamp, before: BuildProducts) {
        boot = Self.currentBoot
        self.driver = driver
        self.started = started
        self.before = before
    }

    init?(reading path: FilePath) throws(BuildError) {
        guard path.exists else { return nil }
        do { self = try StrictJSON.decode(BuildState.self, from: try path.contents(limit: 64 << 20), limits: .init(bytes: 64 << 20)) } catch let error
            as FileError
        {
            throw .file(error)
        } catch let error as JSONError { throw .json(path, error) } catch { throw .json(path, .shape("\(error)")) }
    }

    func write(to path: FilePath) throws(BuildError) {
        do { try path.replaceContents(with: try StrictJSON.encode(self, pretty: true)) } catch let error as FileError { throw .file(error) } catch let
            error
            as JSONError
        { throw .json(path, error) } catch { throw .json(path, .shape("\(error)")) }
    }
}
