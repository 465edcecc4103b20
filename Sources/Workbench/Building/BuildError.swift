public import Archiving
public import Basics
public import Containers
public import Files
public import JSONReading
public import Machines
public import Processes
public import SystemPackage

/// What kept us from having a build's outcome. A build that failed is an outcome.
public enum BuildError: Explained, Hashable {
    case noSuchVariant(String, FilePath)
    case noScript(FilePath)
    /// We were asked to stop watching; the container goes on.
    case detached(container: String)
    /// We were asked to stop before there was a container.
    case cancelled
    case busy(FilePath, holder: String)
    /// We were asked to stop watching a build in a machine, which goes on there if it was begun.
    case leftInMachine(FilePath)
    case sccacheTaken(FilePath, container: String)
    case container(ContainerError)
    case machine(MachineError)
    case process(ProcessError)
    case file(FileError)
    case archive(ArchiveError)
    case json(FilePath, JSONError)

    public var message: String {
        switch self {
        case .noSuchVariant(let name, let path): "there is no variant `\(name)`: `\(path)` is not there"
        case .noScript(let path): "the build script `\(path)` is not there"
        case .detached(let container): "nobody watches the build any more; its container `\(container)` goes on"
        case .cancelled: "the build was stopped before its container was started"
        case .busy(let path, let holder): "the build in `\(path)` is already watched by \(holder)"
        case .leftInMachine(let folder): "nobody watches the build any more; the machine in `\(folder)` is left as it is"
        case .sccacheTaken(let folder, let container): "`\(folder)` is in use by the build in the container `\(container)`"
        case .container(let error): error.message
        case .machine(let error): error.message
        case .process(let error): error.message
        case .file(let error): error.message
        case .archive(let error): error.message
        case .json(let path, let error): "`\(path)` cannot be read: \(error.message)"
        }
    }

    public var hint: String? {
        switch self {
        case .detached: "`hallmark attach` shows it again, `hallmark stop` ends it, and `hallmark build` takes its result"
        case .leftInMachine: "`hallmark build` takes it up again"
        case .machine(let error): error.hint
        case .sccacheTaken: "wait for its end, or name another folder: sccache takes one server at a time"
        case .busy: "`hallmark logs --follow` shows the same lines"
        case .container(let error): error.hint
        case .process(let error): error.hint
        case .file(let error): error.hint
        default: nil
        }
    }
}
