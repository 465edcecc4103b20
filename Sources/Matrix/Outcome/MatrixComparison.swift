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
                before: old?.outcome.kind, after: result.outcome.kind, reason: result.reason)
        }
        entries += earlier.filter { !after.contains(key($0)) }.map { result in
            Entry(
                change: .gone, package: result.artifact.name.package, cell: result.cell, before: result.outcome.kind, after: nil,
                reason: result.reason)
        }
    }

    private static func change(_ old: CellResult, _ new: CellResult) -> Change {
        switch (old.isGreen, new.isGreen) {
        case (false, true): .fixed
        case (true, false): .broke
        default: .still
        }
    }
}
