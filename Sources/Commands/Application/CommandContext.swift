import Foundation
import SystemPackage
import TerminalUI

/// What a command knows of the world outside: read once, here, and nowhere else.
struct CommandContext: Sendable {
    let environment: [String: String]
    let terminal: Terminal

    /// The context of the command that runs; tests set their own.
    @TaskLocal static var current = CommandContext(environment: ProcessInfo.processInfo.environment)

    init(environment: [String: String]) {
        self.environment = environment
        terminal = Terminal(environment: environment)
    }

    /// The value of a `HALLMARK_…` variable; an empty one counts as absent.
    subscript(_ name: String) -> String? { environment["HALLMARK_" + name].flatMap { $0.isEmpty ? nil : $0 } }

    /// The executable that runs, for the wrappers that call it back.
    var executable: FilePath {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return FilePath(link ?? CommandLine.arguments.first ?? "hallmark")
    }
}

/// The streams of the command that runs.
var terminal: Terminal { CommandContext.current.terminal }
