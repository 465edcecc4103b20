import Conda

/// A run's results as a table: a row a cell, a column an artifact.
public struct MatrixGrid: Sendable, Hashable, Codable {
    public struct Entry: Sendable, Hashable, Codable {
        public var outcome: Outcome.Kind
        public var expected: Outcome.Kind
        public var reason: String
        public var isGreen: Bool
        /// What was said before anything ran; nil where nothing could be said.
        public var predicted: Outcome.Kind?

        /// `passed`; `uninstallable, as expected`; `failed, expected passed (predicted)`.
        public var text: String {
            guard outcome.isVerdict else { return outcome.rawValue }
            let word = outcome == .passed && isGreen ? "passed" : isGreen ? "\(outcome), as expected" : "\(outcome), expected \(expected)"
            guard let predicted, predicted != .passed || outcome == .passed else { return word }
            if predicted == outcome { return outcome == .passed ? word : word + " (predicted)" }
            return word + " (predicted \(predicted))"
        }

        /// One letter for where there is no room, with a `!` where it is not as it should be: `P`, `F!`, `U`, `T!`, `-`, `?`.
        public var sign: String {
            let letter =
                switch outcome {
                case .passed: "P"
                case .failed: "F"
                case .uninstallable: "U"
                case .timedOut: "T"
                case .unavailable: "-"
                case .spurious: "?"
                }
            return isGreen || !outcome.isVerdict ? letter : letter + "!"
        }
    }

    public struct Row: Sendable, Hashable, Codable {
        public var cell: Cell
        /// One an artifact, in the columns' order; nil where the cell does not concern the artifact.
        public var entries: [Entry?]
    }

    /// The artifacts' file names.
    public var artifacts: [String]
    public var rows: [Row]

    public init(_ results: [CellResult]) {
        var artifacts: [String] = []
        var cells: [Cell] = []
        var entries: [String: Entry] = [:]
        for result in results {
            let name = result.artifact.name.fileName
            if !artifacts.contains(name) { artifacts.append(name) }
            if !cells.contains(result.cell) { cells.append(result.cell) }
            entries[result.id] = Entry(
                outcome: result.outcome.kind, expected: result.expected, reason: result.reason, isGreen: result.isGreen,
                predicted: result.prediction?.outcome)
        }
        self.artifacts = artifacts
        rows = cells.map { cell in Row(cell: cell, entries: artifacts.map { entries["\($0)/\(cell.id)"] }) }
    }

    /// How many results there are of each kind.
    public static func counts(_ results: [CellResult]) -> [Outcome.Kind: Int] {
        Dictionary(results.map { ($0.outcome.kind, 1) }, uniquingKeysWith: +)
    }
}
