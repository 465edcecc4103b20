/// Why a cell failed, as values; `words` says it to people.
public enum FailureReason: Codable, Hashable, Sendable {
    /// The system's library is older than what a file was linked against: `GLIBC_2.34` of `libc.so.6`, needed by `bin/x`.
    case symbolVersion(symbol: String, library: String, neededBy: String, systemHas: String?)
    case missingSymbol(symbol: String, neededBy: String)
    case missingLibrary(library: String, neededBy: String?)
    /// A test calls a program that neither the environment nor the system has.
    case missingTool(String)
    /// A test is written for an interpreter that the environment lacks.
    case missingInterpreter(String)
    /// A program asks for a loader that the system has not: a glibc program on a musl system.
    case missingLoader(program: String)
    case missingFile(path: String)
    /// Killed by a signal that it did not send itself to end.
    case crashed(signal: Int32, name: String)
    /// Ended by Windows, with this status; the words say what it means.
    case status(code: UInt32, words: String)
    case outOfMemory(limit: Int64?)
    case tooManyProcesses(limit: Int?)
    case diskFull(limit: Int64?)
    /// The test ended with this code for a reason of its own.
    case test(exitCode: Int32)
    /// A test's own requirements cannot be installed here, though the artifact can.
    case requirements(String)
    /// The solver took it, but it could not be installed.
    case installation(String)
    /// The artifact carries no test that could be run, so nothing was shown.
    case untested

    /// Whether a program was ended by its system, in the middle of what it did.
    var isCrash: Bool {
        switch self {
        case .crashed, .status: true
        default: false
        }
    }

    /// One sentence without a full stop, for tables and reports.
    public var words: String {
        switch self {
        case .symbolVersion(let symbol, let library, let file, let has):
            "`\(file)` needs \(symbol) of \(library)" + (has.map { ", the system has \($0)" } ?? ", the system's is older")
        case .missingSymbol(let symbol, let file): "`\(file)` needs the symbol `\(symbol)`, which no library here has"
        case .missingLibrary(let library, let file): "the library `\(library)` is missing" + (file.map { ", which `\($0)` needs" } ?? "")
        case .missingTool(let tool): "the test calls `\(tool)`, which is not there"
        case .missingInterpreter(let name): "the test needs `\(name)`, which the environment lacks"
        case .missingLoader(let program): "`\(program)` cannot be started: the system has no loader for it"
        case .missingFile(let path): "the test needs the file `\(path)`, which is not there"
        case .crashed(let signal, let name): "it crashed with \(name) (signal \(signal))"
        case .status(let code, let words): "\(words) (status 0x\(String(code, radix: 16, uppercase: true)))"
        case .outOfMemory(let limit): "it was killed for want of memory" + (limit.map { " at the limit of \(ByteCount($0))" } ?? "")
        case .tooManyProcesses(let limit): "it started more processes than it may" + (limit.map { ", \($0)" } ?? "")
        case .diskFull(let limit): "it filled the disk" + (limit.map { " that it was given, \(ByteCount($0))" } ?? "")
        case .test(let code): "the test failed with exit code \(code)"
        case .requirements(let message): "what the test asks for cannot be installed: \(message)"
        case .installation(let message): "it could not be installed: \(message)"
        case .untested: "the artifact carries no test that can be run, so nothing was shown"
        }
    }
}
