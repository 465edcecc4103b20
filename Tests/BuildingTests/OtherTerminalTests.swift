import Containers
import Files
import Foundation
import Processes
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// The tool in several terminals at once.
@Suite(.timeLimit(.minutes(10))) struct OtherTerminalTests {
    /// A command of the tool that goes on, and what it has said so far.
    private final class Running: Sendable {
        let lines = Mutex<[String]>([])
        let process = Mutex<Int32>(0)

        func run(_ fixture: ToolFixture, _ words: String...) async throws -> ProcessExit {
            try await Command(
                BuildFixture.shim[0], words, environment: .inherited(adding: fixture.environment), workingDirectory: fixture.folder,
                timeout: .seconds(300)
            ).stream(onStart: { id in self.process.withLock { $0 = id } }, onLine: { line in self.lines.withLock { $0.append(line.text) } })
        }

        func wait(for text: String) async throws {
            for _ in 0..<2400 where !lines.withLock({ $0.contains { $0.contains(text) } }) { try await Task.sleep(for: .milliseconds(50)) }
            let said = lines.withLock(\.self)
            #expect(said.contains { $0.contains(text) }, "\(said)")
        }
    }

    @Test func `Ctrl-C lets go of a build, the same command takes it up, others watch it, and one stops it`() async throws {
        try await TemporaryDirectory.with { folder in
            let fixture = try await ToolFixture.make(in: folder, steps: "i=0; while :; do i=$((i+1)); echo step $i of a build; sleep 0.1; done")
            try await fixture.hallmark("open", fixture.feedstock.string)
            let first = Running()
            let begun = Task { try await first.run(fixture, "build", "--show-log") }
            try await first.wait(for: "step 2 of")
            kill(first.process.withLock(\.self), SIGINT)
            #expect(try await begun.value == .exited(130))
            let id = try fixture.workspaceID()
            let container = try #require(try await BuildFixture.engine.containers(label: "org.conda-hallmark.workspace", value: id).first)
            #expect(container.state == .running)

            let second = Running()
            let resumed = Task { try await second.run(fixture, "build", "--show-log") }
            try await second.wait(for: "which was running already")
            try await second.wait(for: "step 9 of")
            let refused = try await fixture.hallmark("build")
            #expect(
                refused.exit == .exited(2) && refused.errorText.contains("process \(second.process.withLock(\.self)) on "), "\(refused.errorText)")

            let (logs, attached) = (Running(), Running())
            let watchers = [Task { try await logs.run(fixture, "logs", "-f") }, Task { try await attached.run(fixture, "attach") }]
            try await logs.wait(for: "step 9 of")
            try await attached.wait(for: "step 9 of")
            #expect(try await BuildFixture.engine.container(container.name)?.state == .running)
            let stopped = try await fixture.hallmark("stop")
            #expect(stopped.exit == .exited(0) && stopped.errorText.contains("stopped linux_64_"), "\(stopped.errorText)")
            for watcher in watchers { #expect(try await watcher.value == .exited(0)) }
            #expect(try await resumed.value == .exited(1))
            // Both saw every line, from the first one on.
            let steps = try await fixture.hallmark("logs").outputText.split(separator: "\n").map(String.init).filter { $0.hasPrefix("step ") }
            #expect(steps.count > 8 && steps.first == "step 1 of a build")
            for seen in [logs, attached] { #expect(seen.lines.withLock { $0.filter { $0.hasPrefix("step ") } } == steps) }
            #expect(try await fixture.hallmark("stop").exit == .exited(1))
            #expect(try fixture.events().suffix(2) == ["buildStarted", "buildFailed"])
        }
    }
}
