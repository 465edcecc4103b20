import ArgumentParser
import Basics
import Conda
import Files
import Foundation
import Matrix
import SystemPackage
import TerminalUI
import Workbench

/// Where the runs are that a command speaks of.
struct MatrixHistoryOptions: ParsableArguments {
    @OptionGroup var workspace: WorkspaceOptions
    @Option(name: .long, help: .init("The folder of the results (default: the workspace's, or matrix-results).", valueName: "dir")) var results:
        String?

    func history() throws -> MatrixHistory {
        if let results { return MatrixHistory(results: FilePath(results)) }
        return MatrixHistory(results: try workspace.optional()?.matrix ?? FilePath("matrix-results"))
    }
}

struct MatrixListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the runs that were kept.")

    @OptionGroup var options: MatrixHistoryOptions
    @OptionGroup var format: FormatOption

    struct Row: Encodable {
        let run: String
        let started: Timestamp
        let finished: Timestamp
        let artifacts: [String]
        let counts: [String: Int]
    }

    func run() async throws {
        let history = try options.history()
        let rows = try history.ids().map { id in
            let record = try history.record(id)
            return Row(
                run: id, started: record.started, finished: record.finished, artifacts: MatrixGrid(record.results).artifacts,
                counts: MatrixTesting.counts(record.results))
        }
        try format.show(rows) {
            Table(
                ["run", "artifacts", "cells"],
                rows: rows.map { row in
                    [
                        row.run, "\(row.artifacts.count)",
                        row.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "),
                    ]
                }
            ).lines
        }
    }
}

struct MatrixShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a run: the grid, and what speaks for each cell that is not as expected.",
        discussion: """
            RUN is a name of `matrix list` or its beginning, `last` (the default), `previous`, or a path to a record or to a folder of results. --log \
            prints a cell's log; with --browse a number and Enter opens it in $PAGER.
            """)

    @Argument(help: .init("A run.", valueName: "run")) var run = "last"
    @OptionGroup var options: MatrixHistoryOptions
    @Option(name: .customLong("cell"), help: .init("Only this cell.", valueName: "name")) var cell: String?
    @Flag(help: "Print the logs.") var log = false
    @Flag(help: "Choose cells by their numbers and read their logs.") var browse = false
    @Option(name: .long, help: .init("Write the results as JUnit XML as well, for CI services.", valueName: "file")) var junit: String?
    @OptionGroup var format: FormatOption

    func run() async throws {
        let history = try options.history()
        var record = try history.record(run)
        if let cell { record.results.removeAll { $0.cell.id != cell && $0.cell.system != cell } }
        let results = record.results
        guard !results.isEmpty else { throw WorkspaceError.nothingTo("show", needs: "no cell of that name has run") }
        if let junit { try FilePath(junit).replaceContents(with: JUnitXML.document(results)) }
        if log { return try results.forEach { try printLog($0, history) } }
        try format.show(record) { lines(record, history) }
        if browse { try await choose(results, history) }
    }

    private func lines(_ record: MatrixRecord, _ history: MatrixHistory) -> [String] {
        var lines = ["run \(record.id), \(Measure.duration(record.finished.date.timeIntervalSince(record.started.date)))"]
        lines += MatrixScreen.grid(record.results, isNumbered: browse)
        for (number, result) in record.results.enumerated() where (!result.isGreen && result.outcome.kind != .unavailable) || cell != nil {
            lines.append("\(number + 1)".padded(toColumns: 3) + MatrixScreen.line(result))
            lines += result.evidence.map { "      \($0.printable)" }
            if let prediction = result.prediction { lines.append("      before it ran: \(prediction.outcome), \(prediction.reason.printable)") }
            if let path = Self.log(of: result, history) { lines.append("      log \(path)") }
        }
        return lines
    }

    private static func log(of result: CellResult, _ history: MatrixHistory) -> FilePath? {
        result.log.map { history.results.appending(result.artifact.name.fileName).appending($0.file) }
    }

    private func printLog(_ result: CellResult, _ history: MatrixHistory) throws {
        terminal.note("==> \(result.artifact.name) on \(result.cell)")
        guard let path = Self.log(of: result, history) else { return terminal.note("nothing ran: \(result.reason.printable)") }
        for line in try path.text(limit: 64 << 20).split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            terminal.output(String(line).printable)
        }
    }

    private func choose(_ results: [CellResult], _ history: MatrixHistory) async throws {
        while true {
            let answer = try Prompt.line("log of which number (Enter to leave)?", flag: "--log --cell NAME")
            guard let number = Int(answer.trimmingCharacters(in: .whitespaces)) else { return }
            guard results.indices.contains(number - 1) else { continue }
            guard let path = Self.log(of: results[number - 1], history) else {
                terminal.note("nothing ran: \(results[number - 1].reason.printable)")
                continue
            }
            try await Pager.show(path)
            for line in MatrixScreen.grid(results, isNumbered: true) { terminal.output(line) }
        }
    }
}
