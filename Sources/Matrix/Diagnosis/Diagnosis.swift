import Containers
import Foundation
import SystemPackage

/// Why a test came out as it did, told from how its container ended and from what it printed.
struct Diagnosis: Sendable {
    var outcome: Outcome
    /// One sentence for people.
    var reason: String
    var evidence: [String]

    /// What a test may use and where it ran, for the words.
    struct Surroundings: Sendable {
        var prefix: FilePath
        var libc: LibC?
        var limits: MatrixDefinition.Limits
        /// For Windows alone.
        var windows: LibrarySearch?
        /// Whether a path of the environment is there, as seen from this machine.
        var exists: @Sendable (String) -> Bool
    }

    init(exit: ContainerExit, telling: [String], last: [String], _ surroundings: Surroundings) {
        if exit.isTimedOut, let line = Self.forkFailure(telling) {
            // Shells try again for a while; what kept it is known all the same.
            let failure = FailureReason.tooManyProcesses(limit: surroundings.limits.processes)
            (outcome, reason, evidence) = (.failed(failure), failure.words, [line])
            return
        }
        if exit.isTimedOut {
            let running = Self.running(last)
            outcome = .timedOut
            reason = "it did not end within \(surroundings.limits.seconds) s" + (running.map { ", while `\($0)` was running" } ?? "")
            evidence = Array(last.suffix(5))
            return
        }
        guard exit.code != 0 else {
            outcome = .passed
            reason = "passed"
            evidence = []
            return
        }
        let (failure, line) = Self.failure(exit: exit, telling: telling, last: last, surroundings)
        outcome = .failed(failure)
        evidence = line.map { [$0] } ?? Array(last.filter { !Self.isTrace($0) && !$0.isEmpty }.suffix(5))
        reason = failure.words
        if case .test = failure, let final = evidence.last { reason += ": \(final)" }
        if failure.isCrash, let running = Self.running(last) {
            reason += " in `\(running)`"
            if line == nil { evidence = Array(last.suffix(5)) }
        }
    }

    private static func forkFailure(_ lines: [String]) -> String? {
        lines.first { line in
            line.contains("annot fork") || line.contains("an't fork") || line.contains("fork") && line.contains("Resource temporarily unavailable")
        }
    }

    /// A line of the shell's trace: a plus a level, then the command.
    static func isTrace(_ line: String) -> Bool { line.hasPrefix("+") && line.drop { $0 == "+" }.hasPrefix(" ") }

    /// The last command that the trace shows.
    private static func running(_ lines: [String]) -> String? {
        WindowsDiagnosis.running(in: lines.filter(isTrace).map { $0.drop { $0 == "+" || $0 == " " }.trimmingCharacters(in: .whitespaces) })
    }

    /// The most telling cause first: what the kernel and the loader say outweighs what a test makes of it.
    private static func failure(
        exit: ContainerExit, telling: [String], last: [String], _ surroundings: Surroundings
    ) -> (FailureReason, line: String?) {
        let limits = surroundings.limits
        if let search = surroundings.windows, let found = WindowsDiagnosis(search: search).failure(code: exit.code, last: last) { return found }
        if exit.outOfMemory != .no { return (.outOfMemory(limit: limits.memory), nil) }
        if let (complaint, line) = LoaderComplaint.first(in: telling) { return (self.failure(complaint, surroundings), line) }
        if let line = forkFailure(telling) { return (.tooManyProcesses(limit: limits.processes), line) }
        if let line = telling.first(where: { $0.contains("No space left on device") }) { return (.diskFull(limit: limits.disk), line) }
        if exit.code == 126 || exit.code == 127, let (tool, line) = ShellComplaint.missingCommand(in: telling) {
            // A program that is there and yet "not found" lacks its loader.
            let path = tool.contains("/") ? tool : surroundings.prefix.appending("bin").appending(tool).string
            if surroundings.exists(path) { return (.missingLoader(program: relative(path, surroundings)), line) }
            if tool.hasPrefix(surroundings.prefix.string + "/") { return (.missingFile(path: relative(tool, surroundings)), line) }
            return (.missingTool(tool), line)
        }
        if let signal = Signal.of(exitCode: exit.code) { return (.crashed(signal: signal.number, name: signal.name), nil) }
        if let (path, line) = ShellComplaint.missingFile(in: last) { return (.missingFile(path: relative(path, surroundings)), line) }
        return (.test(exitCode: exit.code), nil)
    }

    private static func failure(_ complaint: LoaderComplaint, _ surroundings: Surroundings) -> FailureReason {
        switch complaint {
        case .version(let symbol, let library, let file):
            let isOfLibC = symbol.hasPrefix("GLIBC_") && surroundings.libc?.isGlibc == true
            return .symbolVersion(
                symbol: symbol, library: library, neededBy: relative(file, surroundings), systemHas: isOfLibC ? surroundings.libc?.version : nil)
        case .library(let name, let file): return .missingLibrary(library: name, neededBy: file.map { relative($0, surroundings) })
        case .symbol(let name, let file): return .missingSymbol(symbol: name, neededBy: relative(file, surroundings))
        }
    }

    /// A file of the environment by its path in it, any other as it is.
    private static func relative(_ path: String, _ surroundings: Surroundings) -> String {
        let prefix = surroundings.prefix.string + "/"
        // A program that was found on PATH is called by its name alone.
        if !path.contains("/"), surroundings.exists(prefix + "bin/" + path) { return "bin/" + path }
        guard path.hasPrefix(prefix) else { return path }
        // Loaders spell `$ORIGIN/../lib` out as it stands.
        let normal = FilePath(path).lexicallyNormalized().string
        return normal.hasPrefix(prefix) ? String(normal.dropFirst(prefix.count)) : path
    }
}
