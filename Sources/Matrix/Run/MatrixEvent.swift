/// What a run tells of itself while it goes on.
public enum MatrixEvent: Sendable, Hashable {
    /// Containers of an earlier run that was killed were taken away.
    case cleaned(containers: [String])
    /// The system was looked at from inside.
    case measured(system: String, SystemFacts)
    /// A box could not be taken away after its cells.
    case left(machine: String, reason: String)
    /// The system's own packages that a cell wants are installed into a copy of its image.
    case installing(system: String, packages: String)
    case started(artifact: String, Cell)
    case testStarted(artifact: String, Cell, title: String)
    case finished(CellResult)
    /// An earlier run's result stands.
    case reused(CellResult)
    /// A spurious result is tried once more.
    case retried(artifact: String, Cell, reason: String)
}
