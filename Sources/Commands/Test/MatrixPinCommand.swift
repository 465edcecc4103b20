import ArgumentParser
import SystemPackage
import TerminalUI
import Workbench

struct MatrixPinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin", abstract: "Write down by digest which images the matrix' tags mean here; later runs use those and no others.",
        discussion: """
            Only images that the engine holds are pinned, by the digests that it knows them by. In a workspace the file is matrix.lock.json, and every later \
            `matrix run` obeys it; elsewhere name it with --lock, here and there. Exit code 1 when an image is another one than was pinned.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var options: MatrixOptions
    @Flag(help: "Pull what is not here; with --renew, what is here as well.") var pull = false
    @Flag(help: "Take what is here now for what was pinned before.") var renew = false
    @OptionGroup var format: FormatOption

    func run() async throws {
        let found = try workspace.optional()
        let lock = options.lockFile(found) ?? FilePath("matrix.lock.json")
        let rows = try await MatrixPinning(testing: try options.testing(workspace: found), lock: lock, pulls: pull, renews: renew).run {
            terminal.note("pulling \($0)")
        }
        try format.show(rows) {
            Table(
                ["system", "pinned", "digest", ""],
                rows: rows.map { [$0.system, $0.id == nil ? "no" : "yes", $0.digests.first ?? $0.id ?? "", $0.reason ?? $0.reference ?? ""] }
            ).lines
        }
        terminal.note("wrote \(lock)")
        guard rows.allSatisfy({ $0.id != nil || $0.reason?.contains("was locked as") != true }) else {
            throw AnswerIsNo(sentence: "an image is another one than was pinned; `--renew` takes it")
        }
    }
}
