import Containers
import Processes
import SystemPackage

/// What kept a test from being executed: the machine's fault, never the artifact's.
enum ExecutionFailure: Error {
    case cancelled
    case machine(String)
}

/// What is seen of a test while it is executed.
enum ExecutionMoment {
    /// A client has made the environment in the cell.
    case installed
    /// The test is over and its system is not yet away, where that can be seen.
    case over
}

/// Where tests are executed: in containers, or in a box.
protocol TestExecutor: Sendable {
    var places: TestStep.Places { get }
    /// For the record; nil where there is none.
    var image: CellResult.Image? { get }
    var engineFacts: EngineFacts? { get }
    /// Whether a test can be given an environment that it may write into.
    var canCopyEnvironments: Bool { get }
    /// What finds a library that kept a program of Windows from starting; nil on systems whose loaders say it themselves.
    func librarySearch(in prefix: FilePath) -> LibrarySearch?

    /// Executes one test to its end and takes away what it needed.
    func execute(
        _ step: TestStep, of subject: Subject, in cell: Cell, limits: MatrixDefinition.Limits, isPrivate: Bool,
        onMoment: @escaping @Sendable (ExecutionMoment) -> Void, onLine: @escaping @Sendable (OutputLine) -> Void
    ) async throws(ExecutionFailure) -> ContainerExit
}

extension TestExecutor {
    func librarySearch(in prefix: FilePath) -> LibrarySearch? { nil }
}
