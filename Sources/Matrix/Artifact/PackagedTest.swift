/// One test that an artifact carries, of either format: `info/tests/tests.yaml` (v1) or `info/test` (v0).
public struct PackagedTest: Hashable, Sendable {
    public enum Work: Hashable, Sendable {
        /// Lines for an interpreter; the shell where none is named.
        case script(text: String, interpreter: String?)
        /// A script of `info/test`, such as `run_test.sh`, that runs beside the other files there.
        case file(name: String, interpreter: String)
        /// A program text that we wrote for a declaration, such as a list of imports.
        case generated(text: String, interpreter: String)
        /// `pip check`, which v1's Python tests ask for unless they say otherwise.
        case pipCheck
        /// The tests of another package that depends on this one.
        case downstream(String)
        /// A kind that we do not know, or know to be for other systems.
        case notRunnable(reason: String)
    }

    /// Files that are put into the test's folder before it starts.
    public enum Files: Hashable, Sendable {
        case none
        /// A folder of the environment, relative to the prefix: where v1 packages keep them.
        case prefix(String)
        /// All of `info/test`.
        case infoTest
    }

    /// For people: `script 1`, `imports a, b (python 3.9.*)`, `run_test.sh`.
    public var title: String
    public var work: Work
    /// What the environment has to hold beside the artifact, as match specs.
    public var requirements: [String]
    public var environment: [String: String]
    public var files: Files
    /// A script as `cmd` is given it on Windows; nil for those that are for another interpreter.
    public var batch: String?

    public init(
        title: String, work: Work, requirements: [String] = [], environment: [String: String] = [:], files: Files = .none, batch: String? = nil
    ) {
        self.batch = batch
        self.title = title
        self.work = work
        self.requirements = requirements
        self.environment = environment
        self.files = files
    }

    /// Whether it is for such systems: the old format keeps one script for Windows and one for all others.
    func isMet(onWindows isWindows: Bool) -> Bool {
        guard case .file(_, let interpreter) = work else { return true }
        return interpreter != (isWindows ? "sh" : "cmd")
    }

    public var isRunnable: Bool {
        switch work {
        case .downstream, .notRunnable: false
        case .script, .file, .generated, .pipCheck: true
        }
    }

    /// Why it is not run, for those that are not.
    public var whyNotRun: String? {
        switch work {
        case .downstream(let name): "the tests of the downstream package `\(name)` are not run here"
        case .notRunnable(let reason): reason
        default: nil
        }
    }
}
