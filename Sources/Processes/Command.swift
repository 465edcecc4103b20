public import SystemPackage

/// A program to run, with everything that it gets to see.
///
/// Nothing passes through a shell: each argument reaches the program as it stands here.
public struct Command: Sendable, Hashable {
    /// How the program is found.
    public enum Executable: Sendable, Hashable, CustomStringConvertible {
        /// Looked up in the absolute folders of the child's `PATH`.
        case name(String)
        case path(FilePath)

        /// A text with a slash is a path, any other a name, as a shell sees it.
        public init(_ text: String) { self = text.contains("/") ? .path(FilePath(text)) : .name(text) }

        public var description: String {
            switch self {
            case .name(let name): name
            case .path(let path): path.string
            }
        }
    }

    public var executable: Executable
    /// Without the program's own name.
    public var arguments: [String]
    public var environment: ChildEnvironment
    /// Our own folder if nil.
    public var workingDirectory: FilePath?
    /// What the program reads on its standard input, which is empty if nil: a child never reads our terminal.
    public var input: [UInt8]?
    /// How long the program may take before it is ended and `ProcessError.timedOut` is thrown.
    public var timeout: Duration?
    /// How long the program has between SIGTERM and SIGKILL when it is ended.
    public var grace: Duration

    public init(
        _ executable: Executable, _ arguments: [String] = [], environment: ChildEnvironment = .inherited(), workingDirectory: FilePath? = nil,
        input: [UInt8]? = nil, timeout: Duration? = nil, grace: Duration = .seconds(5)
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.input = input
        self.timeout = timeout
        self.grace = grace
    }

    public init(
        _ executable: String, _ arguments: [String] = [], environment: ChildEnvironment = .inherited(), workingDirectory: FilePath? = nil,
        input: [UInt8]? = nil, timeout: Duration? = nil, grace: Duration = .seconds(5)
    ) {
        self.init(
            Executable(executable), arguments, environment: environment, workingDirectory: workingDirectory, input: input, timeout: timeout,
            grace: grace)
    }
}
