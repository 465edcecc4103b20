import Matrix
import TerminalUI
import Workbench

/// Says what a matrix is doing, a line a finished cell.
struct MatrixScreen {
    static func show(_ event: MatrixEvent) {
        switch event {
        case .cleaned(let containers): terminal.note("took away \(Measure.count(containers.count, "container")) of an earlier run")
        case .left(let machine, let reason): terminal.note("the machine in \(machine) could not be taken away: \(reason.printable)")
        case .measured(let system, let facts): terminal.showProgress("\(system)" + (facts.libc.map { ": \($0)" } ?? ""))
        case .installing(let system, let packages): terminal.note("installing \(packages) into a copy of \(system), once")
        case .started(let artifact, let cell): terminal.showProgress("\(artifact) on \(cell)")
        case .testStarted(let artifact, let cell, let title): terminal.showProgress("\(artifact) on \(cell): \(title.printable)")
        // What cannot run here is in the grid, and `matrix plan` says why; ten lines of it would bury what did run.
        case .finished(let result): if result.outcome.kind != .unavailable { terminal.note(line(result)) }
        case .reused(let result): if result.outcome.kind != .unavailable { terminal.note(line(result) + ", done before") }
        case .retried(let artifact, let cell, let reason): terminal.note("\(artifact) on \(cell) once more: \(reason.printable)")
        }
    }

    static func line(_ result: CellResult) -> String {
        let word = terminal.styled(result.outcome.kind.rawValue, result.isGreen ? .good : result.outcome.kind == .unavailable ? .faint : .bad)
        let isWanted = result.isGreen && result.outcome.kind != .passed ? ", as it should be" : ""
        let reason = result.reason.isEmpty || result.outcome.kind == .passed ? "" : ": \(result.reason.printable)"
        let predicted =
            switch result.prediction?.outcome {
            case let kind? where result.outcome.kind.isVerdict && kind != result.outcome.kind: " (predicted \(kind))"
            case let kind? where kind == result.outcome.kind && kind != .passed: " (as predicted)"
            default: ""
            }
        return
            "  \(result.cell.id.padded(toColumns: 20)) \(word)\(isWanted)\(predicted) \(result.artifact.name), \(Measure.duration(result.duration))\(reason)"
    }

    /// The grid of systems and artifacts, in words where the terminal has room for them and in signs where it has not; with the results' numbers
    /// where one is to be chosen.
    static func grid(
        _ results: [CellResult], width: Int = terminal.outputIsTerminal ? terminal.width : .max, isNumbered: Bool = false
    ) -> [String] {
        let grid = MatrixGrid(results)
        let places = Dictionary(results.enumerated().map { ($0.element.id, $0.offset + 1) }) { first, _ in first }
        func entries(_ row: MatrixGrid.Row, _ text: (MatrixGrid.Entry) -> String) -> [String] {
            zip(grid.artifacts, row.entries).map { artifact, entry in
                guard let entry else { return "" }
                guard isNumbered, let place = places["\(artifact)/\(row.cell.id)"] else { return text(entry) }
                return "\(place) \(text(entry))"
            }
        }
        let rows = grid.rows.map { row in [row.cell.id] + entries(row, \.text) }
        let lines = Table(["SYSTEM"] + grid.artifacts, rows: rows, capitalises: false).lines
        guard lines.contains(where: { $0.columns > width }) else { return lines }
        let numbers = grid.artifacts.indices.map { "\($0 + 1)" }
        let signs = grid.rows.map { row in [row.cell.id] + entries(row, \.sign) }
        return zip(numbers, grid.artifacts).map { "\($0.padded(toColumns: 3)) \($1)" }
            + Table(["SYSTEM"] + numbers, rows: signs, capitalises: false).lines
            + ["P passed  F failed  U uninstallable  T timed out  - unavailable  ? the machine's fault  ! not as expected"]
    }
}
