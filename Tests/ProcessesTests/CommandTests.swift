import Files
import Foundation
import Processes
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Collects lines from the reader's threads.
private final class Lines: Sendable {
    private let lines = Mutex<[OutputLine]>([])
    func append(_ line: OutputLine) { lines.withLock { $0.append(line) } }
    var all: [OutputLine] { lines.withLock { $0 } }
    func texts(_ stream: OutputLine.Stream) -> [String] { all.filter { $0.stream == stream }.map(\.text) }
}

@Suite struct CommandTests {
    @Test func `arguments reach the program as they are, because there is no shell`() async throws {
        let result = try await Command("printf", ["%s|", "a b", "$HOME", "*", "';'"]).run()
        #expect(result.outputText == "a b|$HOME|*|';'|")
        #expect(result.exit == .exited(0))
    }

    @Test func `a code other than zero and a signal are results`() async throws {
        #expect(try await Command("sh", ["-c", "exit 7"]).run().exit == .exited(7))
        let killed = try await Command("sh", ["-c", "kill -9 $$"]).run().exit
        #expect(killed == .signalled(9))
        #expect(killed.code == 137)
    }

    @Test func `output throws the end of what the program said when it fails`() async throws {
        await #expect(throws: ProcessError.failed("sh", exit: .exited(3), text: "broken thing")) {
            try await Command("sh", ["-c", "echo broken thing >&2; exit 3"]).output()
        }
    }

    @Test func `a program that is not there is named`() async throws {
        await #expect(throws: ProcessError.notFound("no-such-program-here")) { try await Command("no-such-program-here").run() }
        await #expect(throws: ProcessError.self) { try await Command(.path("/no/such/program")).run() }
    }

    @Test func `standard input is what was given, and empty otherwise`() async throws {
        #expect(try await Command("cat", input: Array("hello\n".utf8)).run().outputText == "hello\n")
        #expect(try await Command("cat").run().outputText.isEmpty)
    }

    @Test func `the working folder and an explicit environment are all the child sees`() async throws {
        try await TemporaryDirectory.with { folder in
            let output = try await Command(.path("/usr/bin/env"), environment: .only(["A": "1"]), workingDirectory: folder).run().outputText
            #expect(output == "A=1\n")
            #expect(try await Command("pwd", workingDirectory: folder).run().outputText == folder.string + "\n")
        }
    }

    @Test(arguments: ["BINSTAR_TOKEN", "FEEDSTOCK_TOKEN", "STAGING_BINSTAR_TOKEN", "ANACONDA_API_TOKEN", "HALLMARK_TOKEN", "HALLMARK_CHANNEL_TOKEN"])
    func `a secret of ours never reaches a child, even when asked for by name`(name: String) async throws {
        setenv(name, "planted-secret", 1)
        setenv("HALLMARK_TESTS_PLAIN", "kept", 1)
        defer { unsetenv(name) }
        for environment in [
            ChildEnvironment.inherited(), .inherited(adding: [name: "planted-secret"]), .only(["PATH": "/usr/bin:/bin", name: "planted-secret"]),
        ] {
            #expect(!(try await Command("env", environment: environment).run().outputText.contains("planted-secret")))
        }
        #expect(try await Command("env").run().outputText.contains("HALLMARK_TESTS_PLAIN=kept"))
        #expect(ChildEnvironment.inherited(removing: ["HALLMARK_TESTS_PLAIN"]).resolved()["HALLMARK_TESTS_PLAIN"] == nil)
    }

    @Test func `lines come one by one with their stream, and the last needs no line break`() async throws {
        let lines = Lines()
        let exit = try await Command("sh", ["-c", "echo one; echo two >&2; printf 'three\\r\\nfour'; exit 5"]).stream { lines.append($0) }
        #expect(exit == .exited(5))
        #expect(lines.texts(.output) == ["one", "three", "four"])
        #expect(lines.texts(.error) == ["two"])
    }

    @Test func `merged streams keep the true order`() async throws {
        let lines = Lines()
        _ = try await Command("sh", ["-c", "for i in 1 2 3 4 5 6 7 8 9; do echo o$i; echo e$i >&2; done"]).stream(mergingError: true) {
            lines.append($0)
        }
        #expect(lines.texts(.output) == (1...9).flatMap { ["o\($0)", "e\($0)"] })
    }

    @Test func `a line longer than the limit comes in parts that hold it whole`() async throws {
        let lines = Lines()
        _ = try await Command("sh", ["-c", "printf '%0100000d' 0; echo; echo after"]).stream(lineLimit: 4096) { lines.append($0) }
        let parts = lines.all
        #expect(parts.dropLast().map(\.text).joined().count == 100_000)
        #expect(parts.allSatisfy { $0.text.utf8.count <= 4096 })
        #expect(parts.last?.text == "after")
        #expect(parts.dropLast(2).allSatisfy { $0.isContinued })
    }

    @Test func `a timeout ends the program and everything that it started`() async throws {
        try await TemporaryDirectory.with { folder in
            let file = folder.appending("pid")
            let clock = ContinuousClock.now
            await #expect(throws: ProcessError.timedOut("sh", after: .milliseconds(500))) {
                try await Command(
                    "sh", ["-c", "sleep 600 & echo $! > \(file); wait"], timeout: .milliseconds(500), grace: .milliseconds(200)
                ).run()
            }
            #expect(clock.duration(to: .now) < .seconds(120))
            let pid = try #require(pid_t(try file.text().trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(await isGone(pid))
        }
    }

    @Test func `cancelling gives SIGTERM first and SIGKILL to those who do not listen`() async throws {
        try await TemporaryDirectory.with { folder in
            let file = folder.appending("pid")
            let task = Task {
                try await Command("sh", ["-c", "trap '' TERM; echo $$ > \(file); while :; do sleep 0.1; done"], grace: .milliseconds(300)).stream {
                    _ in
                }
            }
            while try !file.exists || file.byteCount() == 0 { try await Task.sleep(for: .milliseconds(20)) }
            task.cancel()
            await #expect(throws: ProcessError.cancelled("sh")) { try await task.value }
            let pid = try #require(pid_t(try file.text().trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(await isGone(pid))
        }
    }

    @Test func `too much output is an error and not a full memory`() async throws {
        await #expect(throws: ProcessError.outputTooLong("yes", limit: 1000)) { try await Command("yes", timeout: .seconds(120)).run(limit: 1000) }
    }

    @Test func `a million lines come whole and in order`() async throws {
        let state = Mutex((count: 0, isOrdered: true))
        let exit = try await Command("seq", ["1", "1000000"]).stream { line in
            state.withLock { state in
                state.count += 1
                if Int(line.text) != state.count { state.isOrdered = false }
            }
        }
        #expect(exit.isSuccess)
        #expect(state.withLock { $0.count } == 1_000_000)
        #expect(state.withLock { $0.isOrdered })
    }

    @Test func `work that cleans up goes on when its task was cancelled`() async throws {
        let task = Task { () async -> Bool in
            while !Task.isCancelled { await Task.yield() }
            return await uncancelled { !Task.isCancelled }
        }
        task.cancel()
        #expect(await task.value)
    }

    private func isGone(_ pid: pid_t) async -> Bool {
        for _ in 0..<100 {
            // A killed process whose parent has not waited yet is a zombie, which runs no more.
            let status = try? FilePath("/proc/\(pid)/stat").text()
            guard let status, !status.contains(") Z ") else { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
