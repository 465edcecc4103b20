import ArgumentParser
import Matrix
import SystemPackage
import TerminalUI
import Workbench

struct MatrixPlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "List the cells: what is to be expected of each, what it cost last time, and why it cannot run here.",
        discussion:
            "Without FILES it plans for the workspace's artifacts; where there is neither, it lists the cells alone. Nothing is run or pulled.")

    @Argument(help: .init("Artifacts outside of a workspace.", valueName: "file")) var files: [String] = []
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var options: MatrixOptions
    @Option(name: .long, help: .init("Where the results of FILES are.", valueName: "dir")) var results = "matrix-results"
    @OptionGroup var format: FormatOption

    func run() async throws {
        let found = files.isEmpty ? try workspace.optional() : nil
        let state = try found.map { WorkspaceState(try Journal(reading: $0.journal).entries) }
        let paths = found.flatMap { workspace in state?.artifacts.map { workspace.file(of: $0.reference) } } ?? files.map { FilePath($0) }
        let forecast = try await options.testing(workspace: found).forecast(paths, results: found?.matrix ?? FilePath(results))
        try format.show(forecast) { Self.table(forecast) }
        guard format.format == .table else { return }
        var said: Set<String> = []
        for row in forecast.rows { if let remedy = row.remedy, said.insert(row.cell).inserted { terminal.note("hint: \(row.cell): \(remedy)") } }
        if let seconds = forecast.seconds {
            terminal.note(
                "about \(Measure.duration(seconds)) with \(Measure.count(forecast.jobs, "cell")) at a time, by the last run"
                    + (forecast.unmeasured > 0 ? "; \(Measure.count(forecast.unmeasured, "cell")) never measured" : ""))
        }
    }

    private static func table(_ forecast: MatrixForecast) -> [String] {
        let hasArtifacts = forecast.rows.contains { $0.artifact != nil }
        let rows = forecast.rows.map { row in
            [row.cell] + (hasArtifacts ? [row.artifact ?? ""] : []) + [row.isAvailable ? "yes" : "unavailable"]
                + (hasArtifacts
                    ? [row.expected?.rawValue ?? "", row.prediction?.outcome.rawValue ?? "", row.seconds.map { Measure.duration($0) } ?? ""] : [])
                + [row.system, row.image ?? row.reason ?? ""]
        }
        return Table(
            ["cell"] + (hasArtifacts ? ["artifact"] : []) + ["here"] + (hasArtifacts ? ["expected", "predicted", "last"] : []) + ["system", ""],
            rows: rows
        ).lines
    }
}
