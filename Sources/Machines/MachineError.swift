public import Basics
public import Files
public import Processes
public import SystemPackage
public import YAMLReading

/// What kept us from a machine.
public enum MachineError: Explained, Hashable {
    case vagrantMissing
    /// Vagrant ended with an error; `reason` is its own word for it.
    case refused(action: String, reason: String)
    /// Vagrant's machine-readable output lacks what it should hold.
    case notUnderstood(action: String)
    case file(FileError)
    case process(ProcessError)
    case yaml(FilePath, YAMLError)

    public var message: String {
        switch self {
        case .vagrantMissing: "there is no program `vagrant` here"
        case .refused(let action, let reason): "vagrant could not \(action): \(reason)"
        case .notUnderstood(let action): "what vagrant said when asked to \(action) was not understood"
        case .file(let error): error.message
        case .process(let error): error.message
        case .yaml(let path, let error): "`\(path)` cannot be read: \(error.message)"
        }
    }

    public var hint: String? {
        switch self {
        case .vagrantMissing: "install Vagrant, and a provider such as VirtualBox"
        case .file(let error): error.hint
        case .process(let error): error.hint
        case .yaml(_, let error): error.hint
        default: nil
        }
    }
}
