import ArgumentParser
import Conda
import Files
import Foundation
import Matrix
import SystemPackage
import TerminalUI
import Workbench

/// What every verb that tests takes.
struct MatrixOptions: ParsableArguments {
    @Option(name: .customLong("matrix"), help: .init("A matrix of your own (default: the one inside).", valueName: "file")) var definition: String?
    @Option(name: .customLong("cell"), help: .init("Only this cell, system or pattern, such as debian-*; may be repeated.", valueName: "name"))
    var cells: [String] = []
    @Option(name: .long, help: .init("Cells at once.", valueName: "n")) var jobs = 2
    @Option(name: .long, help: .init("A channel to take dependencies from; may be repeated.", valueName: "url")) var channel: [String] = []
    @Option(name: .long, help: .init("Where environments are kept between runs (default: the user's cache).", valueName: "dir")) var cache: String?
    @Option(name: .long, help: .init("The folder of the Vagrantfiles.", valueName: "dir")) var vagrant: String?

    func testing(engine: String? = nil) -> MatrixTesting {
        MatrixTesting(
            definition: definition.map { FilePath($0) }, cells: cells, jobs: max(1, jobs), python: PythonChoice.path, cache: cacheFolder,
            engine: engine,
            channels: channel, vagrantFolder: FilePath(vagrant ?? CommandContext.current["VAGRANT"] ?? "vagrant"),
            boxVariables: CommandContext.current.environment.filter { $0.key.hasPrefix("HALLMARK_BOX_") })
    }

    private var cacheFolder: FilePath {
        if let named = cache ?? CommandContext.current["CACHE"] { return FilePath(named) }
        let environment = CommandContext.current.environment
        if let base = environment["XDG_CACHE_HOME"], base.hasPrefix("/") { return FilePath(base).appending("hallmark") }
        return FilePath(environment["HOME"] ?? "/tmp").appending(".cache").appending("hallmark")
    }
}

/// Says what a matrix is doing, a line a finished cell.
struct MatrixScreen {
    static func show(_ event: MatrixEvent) {
        switch event {
        case .cleaned(let containers): terminal.note("took away \(Measure.count(containers.count, "container")) of an earlier run")
        case .left(let machine, let reason): terminal.note("the machine in \(machine) could not be taken away: \(reason.printable)")
        case .measured(let system, let facts): terminal.showProgress("\(system)" + (facts.libc.map { ": \($0)" } ?? ""))
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
        return "  \(result.cell.id.padded(toColumns: 20)) \(word)\(isWanted) \(result.artifact.name), \(Measure.duration(result.duration))\(reason)"
    }

    /// The grid of systems and artifacts.
    static func grid(_ results: [CellResult]) -> [String] {
        var names: [String] = []
        var cells: [String] = []
        var words: [String: String] = [:]
        for result in results {
            let name = result.artifact.name.fileName
            if !names.contains(name) { names.append(name) }
            if !cells.contains(result.cell.id) { cells.append(result.cell.id) }
            words["\(result.cell.id) \(name)"] = result.outcome.kind.rawValue + (result.isGreen || result.outcome.kind == .unavailable ? "" : " (!)")
        }
        return Table(["SYSTEM"] + names, rows: cells.map { cell in [cell] + names.map { words["\(cell) \($0)"] ?? "" } }, capitalises: false).lines
    }
}
