import ArgumentParser
import Foundation
import TerminalUI
import Workbench

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print the log of the build that was begun last, whole, from any terminal.",
        discussion: "It reads files alone, so it can run beside the build, in any number.")

    @Argument(help: .init("A variant by name (default: the one that was begun last).", valueName: "variant")) var variant: String?
    @OptionGroup var workspace: WorkspaceOptions
    @Flag(name: .shortAndLong, help: "Go on with what comes, until the build is over.") var follow = false

    func run() async throws {
        let handle = try await BuildHandle(workspace: try workspace.find(), variant: variant)
        try await handle.log(follow: follow) { terminal.output($0.text.printable) }
    }
}

struct AttachCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Watch a build that runs, from another terminal.",
        discussion: "The same as `hallmark logs --follow`. Ctrl-C lets go; the build goes on.")

    @Argument(help: .init("A variant by name (default: the one that was begun last).", valueName: "variant")) var variant: String?
    @OptionGroup var workspace: WorkspaceOptions

    func run() async throws {
        let handle = try await BuildHandle(workspace: try workspace.find(), variant: variant)
        terminal.note("watching \(handle.variant.printable)")
        try await handle.log(follow: true) { terminal.output($0.text.printable) }
    }
}

struct StopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stop the build that runs: SIGTERM, then SIGKILL after ten seconds.",
        discussion: "What ccache kept is not lost. Exit code 1 when nothing runs.")

    @Argument(help: .init("A variant by name (default: the one that was begun last).", valueName: "variant")) var variant: String?
    @OptionGroup var workspace: WorkspaceOptions

    func run() async throws {
        let handle = try await BuildHandle(workspace: try workspace.find(), variant: variant)
        guard try await handle.stop() else { throw AnswerIsNo(sentence: "`\(handle.variant)` does not run") }
        terminal.note("stopped \(handle.variant.printable); `hallmark build` begins it anew")
    }
}
