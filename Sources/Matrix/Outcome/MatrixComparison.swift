import Conda

/// What changed from one run to another.
public struct MatrixComparison: Sendable, Hashable, Codable {
    public enum Change: String, Codable, Sendable, CaseIterable {
        /// Was not as expected and is.
        case fixed
        /// Was as expected and is not.
        case broke
        /// Was not and is not as expected, or came out alike both times.
        case still
        /// Only in the later run.
        case new
        /// Only in the earlier run.
        case gone
    }

    public struct Entry: Sendable, Hashable, Codable {
        public var change: Change
        /// Package name and subdir, as builds of different versions are compared too.
        public var package: String
        public var cell: Cell
        public var before: Outcome.Kind?
        public var after: Outcome.Kind?
        /// Of the later run, or of the earlier where there is no later.
        public var reason: String

        /// Whether a person wants to hear of it: a change, or a cell that ran and is no better than before.
        public var isWorthSaying: Bool {
            switch change {
            case .fixed, .broke: true
            case .still: !isGreen && after?.isVerdict == true
            case .new, .gone: (after ?? before)?.isVerdict == true
            }
        }

        /// Whether the later run came out as expected there.
        public var isGreen: Bool
    }

    /// In the later run's order, what is gone at the end.
    public var entries: [Entry]

    public init(from earlier: [CellResult], to later: [CellResult]) {
        func key(_ result: CellResult) -> String { "\(result.artifact.name.package) \(result.cell.id)" }
        let before = Dictionary(earlier.map { (key($0), $0) }) { first, _ in first }
        let after = Set(later.map(key))
        entries = later.map { result in
            let old = before[key(result)]
            return Entry(
                change: old.map { Self.change($0, result) } ?? .new, package: result.artifact.name.package, cell: result.cell,
                before: old?.outcome.kind, after: result.outcome.kind, reason: result.reason, isGreen: result.isGreen)
        }
        entries += earlier.filter { !after.contains(key($0)) }.map { result in
            Entry(
                change: .gone, package: result.artifact.name.package, cell: result.cell, before: result.outcome.kind, after: nil,
                reason: result.reason, isGreen: false)
        }
    }

    private static func change(_ old: CellResult, _ new: CellResult) -> Change {
        // Where nothing was learnt nothing can have changed.
        guard new.outcome.kind.isVerdict || new.outcome.kind == old.outcome.kind else { return old.isGreen ? .gone : .still }
        guard old.outcome.kind.isVerdict || new.outcome.kind == old.outcome.kind else { return .new }
        return switch (old.isGreen, new.isGreen) {
        case (false, true): .fixed
        case (true, false): .broke
        default: .still
        }
    }
}
