/// What a person may be trusted with.
public enum Role: String, CaseIterable, Hashable, Sendable {
    /// Builds an artifact and signs its provenance, its own tests and its upload.
    case builder
    /// Runs cells of the matrix: CI, or another person.
    case tester
    /// Countersigns what a builder made; never one's own.
    case reviewer
    /// Moves an artifact to the label that everybody installs from.
    case promoter
}
