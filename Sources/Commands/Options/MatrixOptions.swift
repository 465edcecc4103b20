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
    @Option(name: .long, help: .init("Cells at once: a number, or auto for what processors and memory allow.", valueName: "n|auto"))
    var jobs = Jobs.auto
    @Option(name: .long, help: .init("A channel to take dependencies from; may be repeated.", valueName: "url")) var channel: [String] = []
    @Option(name: .long, help: .init("Where environments are kept between runs (default: the user's cache).", valueName: "dir")) var cache: String?
    @Option(name: .long, help: .init("The folder of the Vagrantfiles.", valueName: "dir")) var vagrant: String?
    @Option(name: .long, help: .init("Images are what this file pins, as `matrix pin` writes it (default: the workspace's).", valueName: "file"))
    var lock: String?
    @Option(
        name: .long,
        help: .init("Make environments once and share them, or in every cell: shared or per-cell (default: as the matrix says).", valueName: "mode"),
        transform: { word in
            guard let value = Cell.Install(rawValue: word) else { throw ValidationError("it is shared or per-cell") }
            return value
        })
    var install: Cell.Install?
    @Option(
        name: .long,
        help: .init(
            "What makes environments in cells, and where it is: conda=DIR, micromamba=FILE or rattler=DIR (default: HALLMARK_CLIENT).",
            valueName: "name=path"))
    var client: String?

    /// A number of cells, or as many as there is room for.
    enum Jobs: ExpressibleByArgument {
        case auto
        case number(Int)

        init?(argument: String) {
            if argument == "auto" {
                self = .auto
            } else if let number = Int(argument), number > 0 {
                self = .number(number)
            } else {
                return nil
            }
        }

        var number: Int? { if case .number(let number) = self { number } else { nil } }
        var defaultValueDescription: String { number.map { "\($0)" } ?? "auto" }
    }

    /// `workspace` says which engine is used and where images are pinned.
    func testing(workspace: Workspace? = nil) throws -> MatrixTesting {
        return MatrixTesting(
            definition: definition.map { FilePath($0) }, cells: cells, jobs: jobs.number, python: PythonChoice.path, cache: cacheFolder,
            engine: workspace?.settings.engine, channels: channel, vagrantFolder: FilePath(vagrant ?? CommandContext.current["VAGRANT"] ?? "vagrant"),
            boxVariables: Self.boxVariables,
            lock: lockFile(workspace), install: install, client: try (client ?? CommandContext.current["CLIENT"]).map { try CellClient(parsing: $0) })
    }

    /// The variables that name the boxes, and say how they are run.
    static var boxVariables: [String: String] { CommandContext.current.environment.filter { $0.key.hasPrefix("HALLMARK_BOX_") } }

    func lockFile(_ workspace: Workspace?) -> FilePath? { lock.map { FilePath($0) } ?? workspace?.matrixLock }

    private var cacheFolder: FilePath { cache.map { FilePath($0) } ?? UserFolder.cache.path }
}
