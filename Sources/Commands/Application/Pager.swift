import Files
import Processes
import SystemPackage
import TerminalUI

/// Shows a file to a person, page by page, in the program that they named for it.
enum Pager {
    /// Without a terminal the file is printed.
    static func show(_ path: FilePath) async throws {
        let name = CommandContext.current.environment["PAGER"].flatMap { $0.isEmpty ? nil : $0 } ?? "less"
        let program = Command.Executable(name)
        guard terminal.outputIsTerminal, program.resolved() != nil else {
            for line in try path.text(limit: 64 << 20).split(separator: "\n") { terminal.output(String(line).printable) }
            return
        }
        terminal.clearProgress()
        // However it ends, it has been shown.
        _ = try await Command(program, [path.absolute.string]).runOnTerminal()
    }
}
