import ArgumentParser
import Files
import Foundation
import SystemPackage
import TerminalUI
import Workbench

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look for everything that would otherwise fail after hours.",
        discussion: "Without a workspace it looks at the machine only. Exit code 1 when something must be mended first.")

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var needs: NeedsOptions
    @OptionGroup var format: FormatOption

    func run() async throws {
        // Without a workspace there is still a machine to look at; a workspace that was named must be there.
        let isNamed = workspace.workspace != nil || CommandContext.current["WORKSPACE"] != nil
        let found = isNamed ? try workspace.find() : try? workspace.find()
        let checks = await needs.doctor(for: found).run()
        try format.show(checks) {
            Table(
                ["check", "status", ""],
                rows: checks.map { [$0.name, Self.shown($0.status), $0.detail.printable] }
            ).lines
        }
        for check in checks where check.status != .ok {
            if let hint = check.hint { terminal.note(terminal.styled("hint:", .warning) + " \(check.name): \(hint)") }
        }
        let failed = checks.filter { $0.status == .failed }.count
        if failed > 0 { throw AnswerIsNo(sentence: "\(Measure.count(failed, "thing")) to mend first") }
    }

    private static func shown(_ status: Doctor.Check.Status) -> String {
        switch status {
        case .ok: terminal.styled("ok", .good)
        case .warning: terminal.styled("look", .warning)
        case .failed: terminal.styled("wrong", .bad)
        }
    }
}

/// What a build needs of the machine.
struct NeedsOptions: ParsableArguments {
    @Option(name: .long, help: .init("The free disk space that the build needs, in GiB (default: by earlier builds, else 10).", valueName: "gib"))
    var disk: Int64?
    @Option(name: .long, help: .init("The memory that one compiler job needs, in GiB (default: by earlier builds, else 2).", valueName: "gib"))
    var memory: Int64?
    @Option(
        name: .customLong("output-registry"),
        help: .init("conda-forge's feedstock-outputs: a checkout, one file of all names, or the URL of either.", valueName: "dir|file|url"))
    var outputRegistry: String?

    func doctor(for workspace: Workspace?) -> Doctor {
        Doctor(
            workspace: workspace, python: PythonChoice.path, variableNames: CommandContext.current.environment.keys.sorted(),
            needs: .init(diskBytes: disk.map { $0 << 30 }, memoryBytes: memory.map { max(1, $0) << 30 }), outputRegistry: outputRegistry,
            history: BuildHistory(folder: UserFolder.cache.path.appending("history")))
    }
}

/// The Python that solves environments: HALLMARK_PYTHON, or the private one beside the program's checkout.
enum PythonChoice {
    static var path: FilePath? {
        if let named = CommandContext.current["PYTHON"] { return FilePath(named) }
        var folder = CommandContext.current.executable.removingLastComponent()
        while !folder.components.isEmpty {
            let candidate = folder.appending(".tools").appending("venv").appending("bin").appending("python")
            if candidate.exists { return candidate }
            folder = folder.removingLastComponent()
        }
        return nil
    }
}
