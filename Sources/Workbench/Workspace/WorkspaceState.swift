import Basics
import Conda

/// Where a build is: the journal's events folded into one value.
public struct WorkspaceState: Sendable {
    public struct Variant: Sendable {
        public enum Status: Hashable, Sendable {
            case open
            case building(JournalEvent.BuildStarted)
            case built(JournalEvent.Built)
            case failed(JournalEvent.BuildFailed)
        }
        public var name: String
        public var planned: JournalEvent.Planned?
        public var attempts = 0
        public var status = Status.open
    }

    /// One artifact with everything that is known of exactly these bytes.
    public struct Artifact: Sendable {
        public var variant: String
        public var built: JournalEvent.ArtifactReference
        public var embedded: JournalEvent.Embedded?
        public var cells: [String: JournalEvent.CellFinished] = [:]
        public var matrix: JournalEvent.MatrixFinished?
        public var recorded: JournalEvent.Recorded?
        public var signed: JournalEvent.Signed?
        public var logged: JournalEvent.Logged?
        public var uploaded: JournalEvent.Uploaded?
        public var retested: JournalEvent.Retested?
        public var reviewed: [JournalEvent.Reviewed] = []
        public var promoted: JournalEvent.Promoted?
        public var withdrawn: [JournalEvent.Withdrawn] = []
        /// The bytes that are tested, signed and uploaded.
        public var reference: JournalEvent.ArtifactReference { embedded?.after ?? built }

        /// The last arrow that was passed, in the words of the plan.
        public var stage: String {
            if withdrawn.last?.isInForce ?? false { return "withdrawn" }
            if promoted != nil { return "promoted" }
            if reviewed.contains(where: \.accepted) { return "reviewed" }
            if retested != nil { return "retested" }
            if uploaded != nil { return "uploaded" }
            if logged != nil { return "logged" }
            if signed != nil { return "signed" }
            if recorded != nil { return "recorded" }
            if let matrix { return matrix.isGreen ? "tested" : "tests failed" }
            if !cells.isEmpty { return "testing" }
            return embedded != nil ? "embedded" : "built"
        }
    }

    public private(set) var opened: JournalEvent.Opened?
    public private(set) var requested: JournalEvent.Requested?
    public private(set) var variants: [Variant] = []
    public private(set) var artifacts: [Artifact] = []
    public private(set) var answered: [JournalEvent.Answered] = []

    public init(_ entries: [JournalEntry]) {
        for entry in entries { apply(entry.event) }
    }

    public mutating func apply(_ event: JournalEvent) {
        switch event {
        case .opened(let value):
            opened = value
            variants = value.variants.map { Variant(name: $0) }
        case .requested(let value): requested = value
        case .planned(let value): updateVariant(value.variant) { $0.planned = value }
        case .buildStarted(let value):
            updateVariant(value.variant) {
                $0.attempts = value.attempt
                $0.status = .building(value)
            }
        case .built(let value):
            updateVariant(value.variant) { $0.status = .built(value) }
            // A variant that was built again replaces what it had made before.
            artifacts.removeAll { $0.variant == value.variant }
            artifacts += value.artifacts.map { Artifact(variant: value.variant, built: $0) }
        case .buildFailed(let value): updateVariant(value.variant) { $0.status = .failed(value) }
        case .embedded(let value):
            update(value.before) {
                $0 = Artifact(variant: $0.variant, built: $0.built)
                $0.embedded = value
            }
        case .cellFinished(let value): update(value.artifact) { $0.cells[value.cell] = value }
        case .matrixFinished(let value): update(value.artifact) { $0.matrix = value }
        case .recorded(let value): update(value.artifact) { $0.recorded = value }
        case .signed(let value): update(value.artifact) { $0.signed = value }
        case .logged(let value): update(value.artifact) { $0.logged = value }
        case .uploaded(let value): update(value.artifact) { $0.uploaded = value }
        case .retested(let value): update(value.artifact) { $0.retested = value }
        case .reviewed(let value): update(value.artifact) { $0.reviewed.append(value) }
        case .promoted(let value): update(value.artifact) { $0.promoted = value }
        case .withdrawn(let value): update(value.artifact) { $0.withdrawn.append(value) }
        case .answered(let value): answered.append(value)
        }
    }

    private mutating func updateVariant(_ name: String, _ body: (inout Variant) -> Void) {
        guard let index = variants.firstIndex(where: { $0.name == name }) else { return }
        body(&variants[index])
    }

    private mutating func update(_ reference: JournalEvent.ArtifactReference, _ body: (inout Artifact) -> Void) {
        guard let index = artifacts.firstIndex(where: { $0.reference == reference || $0.built == reference }) else { return }
        body(&artifacts[index])
    }
}
