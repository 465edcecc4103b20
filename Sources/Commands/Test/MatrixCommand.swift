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
        subcommands: [
            MatrixPlanCommand.self, MatrixPinCommand.self, MatrixRunCommand.self, MatrixRetryCommand.self, MatrixListCommand.self,
            MatrixShowCommand.self, MatrixCompareCommand.self,
        ])
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
    @Option(name: .long, help: .init("Write the results as JUnit XML as well, for CI services.", valueName: "file")) var junit: String?
    @OptionGroup var format: FormatOption

    func run() async throws {
        try await MatrixRunning(files: files, results: results, junit: junit, isRetrying: false, format: format).run(workspace, options)
    }
}

struct MatrixRetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "retry", abstract: "Run the cells again that did not end as expected.")

    @Argument(help: .init("Artifacts outside of a workspace.", valueName: "file")) var files: [String] = []
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var options: MatrixOptions
    @Option(name: .long, help: .init("Where the results of FILES go.", valueName: "dir")) var results = "matrix-results"
    @Option(name: .long, help: .init("Write the results as JUnit XML as well, for CI services.", valueName: "file")) var junit: String?
    @OptionGroup var format: FormatOption

    func run() async throws {
        try await MatrixRunning(files: files, results: results, junit: junit, isRetrying: true, format: format).run(workspace, options)
    }
}

private struct MatrixRunning {
    let files: [String]
    let results: String
    let junit: String?
    let isRetrying: Bool
    let format: FormatOption

    func run(_ workspace: WorkspaceOptions, _ options: MatrixOptions) async throws {
        let outcome: [CellResult]
        if files.isEmpty {
            let session = try workspace.session(for: "matrix run")
            outcome = try await options.testing(workspace: session.workspace).run(in: session, retrying: isRetrying) {
                MatrixScreen.show($0)
            }
        } else {
            let isRetrying = isRetrying
            outcome = try await options.testing().run(
                files.map { FilePath($0) }, results: FilePath(results), isFresh: { isRetrying && !$0.isGreen }, onEvent: { MatrixScreen.show($0) })
        }
        terminal.clearProgress()
        try format.show(outcome) { MatrixScreen.grid(outcome) }
        if let junit { try FilePath(junit).replaceContents(with: JUnitXML.document(outcome)) }
        let bad = outcome.filter { !$0.isGreen && $0.outcome.kind != .unavailable }
        guard bad.isEmpty, MatrixTesting.isGreen(outcome) else {
            throw AnswerIsNo(
                sentence: bad.isEmpty
                    ? "no cell passed: nothing was shown" : "\(Measure.count(bad.count, "cell")) did not end as expected; see `hallmark matrix show`")
        }
    }
}
