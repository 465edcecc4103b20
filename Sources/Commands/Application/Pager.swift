import Files
import Foundation
import Processes
import SystemPackage
import TerminalUI

/// Shows a file to a person, page by page, in the program that they named for it.
enum Pager {
    /// Without a terminal the file is printed.
    static func show(_ path: FilePath) async throws {
        let name = CommandContext.current.environment["PAGER"].flatMap { $0.isEmpty ? nil : $0 } ?? "less"
        guard terminal.outputIsTerminal, let program = find(name) else {
            for line in try path.text(limit: 64 << 20).split(separator: "\n") { terminal.output(String(line).printable) }
            return
        }
        terminal.clearProgress()
        let process = Process()
        process.executableURL = URL(filePath: program.string)
        process.arguments = [path.absolute.string]
        try process.run()
        process.waitUntilExit()
    }

    private static func find(_ name: String) -> FilePath? {
        if name.contains("/") { return FilePath(name) }
        let folders = (CommandContext.current.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { FilePath(String($0)).appending(name) }.first { access($0.string, X_OK) == 0 }
    }
}
