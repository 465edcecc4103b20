import Foundation
import Processes
import TerminalUI
import Workbench

/// A shell in what a failed build's container held.
enum KeptShell {
    /// Becomes the engine's client, so that the terminal is the shell's own; returns only by throwing.
    static func enter(_ workspace: Workspace, variant: String?) async throws {
        let handle = try await BuildHandle(workspace: workspace, variant: variant)
        let best = ["sh", "-c", "if command -v bash >/dev/null; then exec bash; fi; exec sh"]
        let command = try await handle.shell(best, isTerminal: isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1)
        terminal.note("entering what the failed build of \(handle.variant.printable) left")
        terminal.note("the feedstock's folders are the real ones; what you change elsewhere is gone when you leave")
        try command.replaceProcess()
    }
}
