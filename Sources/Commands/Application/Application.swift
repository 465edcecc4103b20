public import ArgumentParser
import Basics
@preconcurrency import Dispatch
import Foundation
import TerminalUI

/// Runs a command and turns what it throws into words and an exit code.
public enum Application {
    /// 0 done · 1 the answer is no · 2 could not find out · 64 usage · 130 interrupted.
    public static func main(_ root: (some AsyncParsableCommand).Type, _ arguments: [String]) async -> Int32 {
        // A reader that went away is reported by the write that fails, not by the death of the process.
        signal(SIGPIPE, SIG_IGN)
        do {
            try await run(root, arguments)
            return 0
        } catch {
            return report(error, of: root)
        }
    }

    private static func run(_ root: (some AsyncParsableCommand).Type, _ arguments: [String]) async throws {
        // Parsed once to know its kind and once where it runs: a command is a value that may not cross from one task to another.
        let kind = type(of: try root.parseAsRoot(arguments))
        guard !(kind is any ReceivesSignals.Type) else { return try await perform(root, arguments) }
        let interruptions = Interruptions()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await perform(root, arguments) }
            group.addTask {
                for await _ in interruptions.stream { throw Interrupted() }
            }
            defer { group.cancelAll() }
            do { try await group.next() } catch is Interrupted where kind is any EndedBySignal.Type {
                // Ending it is what the signal is for: it is cancelled and given the time to end well.
                group.cancelAll()
                do { try await group.next() } catch is CancellationError {}
            }
        }
    }

    private static func perform(_ root: (some AsyncParsableCommand).Type, _ arguments: [String]) async throws {
        var command = try root.parseAsRoot(arguments)
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    }

    private static func report(_ error: any Error, of root: (some AsyncParsableCommand).Type) -> Int32 {
        terminal.clearProgress()
        switch error {
        case let no as AnswerIsNo:
            if let sentence = no.sentence { terminal.note(terminal.styled("no:", .bad) + " " + sentence) }
            return 1
        case is Interrupted, is CancellationError:
            terminal.note("interrupted; the same command continues where this one stopped")
            return 130
        case let error as any Explained:
            terminal.note(terminal.styled("error:", .bad) + " " + error.message)
            if let hint = error.hint { terminal.note(terminal.styled("hint:", .warning) + " " + hint) }
            return 2
        default:
            let code = root.exitCode(for: error)
            let message = root.fullMessage(for: error)
            if code == .success {
                terminal.output(message)
                return 0
            }
            if !message.isEmpty { terminal.note(message.prefix(1).lowercased() + message.dropFirst()) }
            return code == .validationFailure ? 64 : 2
        }
    }
}

/// A command on its way to the one task that runs it.
// SAFETY: it is parsed, handed over once, and not looked at again by who parsed it.
private struct ParsedCommand: @unchecked Sendable {
    let command: any ParsableCommand

    func run() async throws {
        var command = command
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    }
}

/// The question was answered, and the answer is no: a failed cell, a bad signature.
struct AnswerIsNo: Error {
    /// What the last line says, if the screen has not said it.
    var sentence: String?
}

struct Interrupted: Error {}

/// Ctrl-C and SIGTERM as values, so that they unwind the command like any other error.
private final class Interruptions: Sendable {
    let stream: AsyncStream<Int32>
    private let sources: [any DispatchSourceSignal]

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.stream = stream
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(number) }
            source.resume()
            return source
        }
    }
}
