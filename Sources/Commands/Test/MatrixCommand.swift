import ArgumentParser
import Conda
import Files
import Foundation
import JSONReading
import Matrix
import SystemPackage
import TerminalUI
import Workbench

struct MatrixCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matrix", abstract: "Test artifacts on many systems, from their bytes alone.",
        subcommands: [MatrixPlanCommand.self, MatrixRunCommand.self, MatrixShowCommand.self, MatrixRetryCommand.self])
}

struct MatrixPlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "plan", abstract: "List the cells, and which cannot be run here and why.")

    @OptionGroup var options: MatrixOptions
    @OptionGroup var format: FormatOption

    struct Row: Encodable {
        let cell: String
        let title: String
        let isAvailable: Bool
        let image: String?
        let reason: String?
        let remedy: String?
    }

    func run() async throws {
        let rows = try await options.testing().plan().entries.map { entry in
            let title = entry.system?.title ?? "a system that no catalogue names"
            return switch entry.presence {
            case .image(let reference, _): Row(cell: entry.id, title: title, isAvailable: true, image: reference, reason: nil, remedy: nil)
            case .box: Row(cell: entry.id, title: title, isAvailable: true, image: nil, reason: nil, remedy: nil)
            case .missing(let reason, let remedy): Row(cell: entry.id, title: title, isAvailable: false, image: nil, reason: reason, remedy: remedy)
            }
        }
        try format.show(rows) {
            Table(
                ["cell", "here", "system", ""],
                rows: rows.map {
                    [$0.cell, $0.isAvailable ? "yes" : "unavailable", $0.title, $0.image ?? $0.reason.map { reason in "\(reason)" } ?? ""]
                }
            ).lines
        }
        for row in rows { if let remedy = row.remedy { terminal.note("hint: \(row.cell): \(remedy)") } }
    }
}

struct MatrixRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the cells that have no result yet.",
        discussion: """
            Without FILES it tests the workspace's artifacts and writes the results into the journal. With FILES it needs no workspace; results go to \
            --results. A killed run goes on where it stopped. Exit code 1 when a cell did not end as expected.
            """)

    @Argument(help: .init("Artifacts outside of a workspace.", valueName: "file")) var files: [String] = []
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var options: MatrixOptions
    @Option(name: .long, help: .init("Where the results of FILES go.", valueName: "dir")) var results = "matrix-results"
    @OptionGroup var format: FormatOption

    func run() async throws { try await MatrixRunning(files: files, results: results, isRetrying: false, format: format).run(workspace, options) }
}

struct MatrixRetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "retry", abstract: "Run the cells again that did not end as expected.")

    @Argument(help: .init("Artifacts outside of a workspace.", valueName: "file")) var files: [String] = []
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var options: MatrixOptions
    @Option(name: .long, help: .init("Where the results of FILES go.", valueName: "dir")) var results = "matrix-results"
    @OptionGroup var format: FormatOption

    func run() async throws { try await MatrixRunning(files: files, results: results, isRetrying: true, format: format).run(workspace, options) }
}

private struct MatrixRunning {
    let files: [String]
    let results: String
    let isRetrying: Bool
    let format: FormatOption

    func run(_ workspace: WorkspaceOptions, _ options: MatrixOptions) async throws {
        let outcome: [CellResult]
        if files.isEmpty {
            let session = try workspace.session(for: "matrix run")
            outcome = try await options.testing(engine: session.workspace.settings.engine).run(in: session, retrying: isRetrying) {
                MatrixScreen.show($0)
            }
        } else {
            let isRetrying = isRetrying
            outcome = try await options.testing().run(
                files.map { FilePath($0) }, results: FilePath(results), isFresh: { isRetrying && !$0.isGreen }, onEvent: { MatrixScreen.show($0) })
        }
        terminal.clearProgress()
        try format.show(outcome) { MatrixScreen.grid(outcome) }
        let bad = outcome.filter { !$0.isGreen && $0.outcome.kind != .unavailable }
        guard bad.isEmpty, MatrixTesting.isGreen(outcome) else {
            throw AnswerIsNo(
                sentence: bad.isEmpty
                    ? "no cell passed: nothing was shown" : "\(Measure.count(bad.count, "cell")) did not end as expected; see `hallmark matrix show`")
        }
    }
}

struct MatrixShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the results of the workspace's matrix, with what speaks for each.")

    @OptionGroup var workspace: WorkspaceOptions
    @Option(name: .customLong("cell"), help: .init("Only this cell.", valueName: "name")) var cell: String?
    @OptionGroup var format: FormatOption

    func run() async throws {
        let workspace = try workspace.find()
        let state = WorkspaceState(try Journal(reading: workspace.journal).entries)
        let results = try state.artifacts.flatMap { artifact in
            try artifact.cells.values.sorted { $0.cell < $1.cell }.map { try CellResult(reading: workspace.absolute($0.result.path)) }
        }.filter { cell == nil || $0.cell.id == cell }
        guard !results.isEmpty else { throw WorkspaceError.nothingTo("show", needs: "no cell has run; run `hallmark matrix run`") }
        try format.show(results) {
            results.flatMap { result in
                [MatrixScreen.line(result)] + (result.isGreen && cell == nil ? [] : result.evidence.map { "      \($0.printable)" })
                    + (result.log.map { ["      log \(workspace.matrix.appending(result.artifact.name.fileName).appending($0.file))"] } ?? [])
            }
        }
    }
}
