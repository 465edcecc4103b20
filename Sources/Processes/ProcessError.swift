public import Basics
public import SystemPackage

/// What kept us from having a program's result.
public enum ProcessError: Explained, Hashable {
    case notFound(String)
    case cannotStart(String, reason: String)
    case workingDirectory(FilePath, command: String)
    case outputTooLong(String, limit: Int)
    case timedOut(String, after: Duration)
    case cancelled(String)
    case broken(String, reason: String)
    /// For callers that take success alone: the program ended with another code; `text` is the end of what it said.
    case failed(String, exit: ProcessExit, text: String)

    public var message: String {
        switch self {
        case .notFound(let name): "there is no program `\(name)` here"
        case .cannotStart(let name, let reason): "`\(name)` cannot be started: \(reason)"
        case .workingDirectory(let path, let name): "`\(name)` cannot be started in `\(path)`"
        case .outputTooLong(let name, let limit): "`\(name)` wrote more than the \(limit) bytes that are read of it"
        case .timedOut(let name, let duration): "`\(name)` did not end within \(duration.components.seconds) s and was ended"
        case .cancelled(let name): "`\(name)` was ended because we were asked to stop"
        case .broken(let name, let reason): "the connection to `\(name)` broke: \(reason)"
        case .failed(let name, let exit, let text): "`\(name)` ended with \(exit)" + (text.isEmpty ? "" : ": \(text)")
        }
    }

    public var hint: String? {
        switch self {
        case .notFound(let name): "install `\(name)`, or put the folder that holds it on PATH"
        default: nil
        }
    }
}
