import Containers
import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing
import Workbench

@Suite(.timeLimit(.minutes(10))) struct ResumeTests {
    /// Goes on behind step 10 once there is a file `go` in the feedstock, so that no test depends on how fast the machine is.
    static let slowSteps = """
        echo "==> Building recipe"
        for i in $(seq 1 10); do echo "step $i"; done
        while [ ! -e /home/conda/feedstock_root/go ]; do sleep 0.1; done
        for i in $(seq 11 20); do echo "step $i"; done
        """ + "\n" + BuildFixture.goodSteps

    @Test func `a build that nobody watches goes on, and the next one takes it up with its whole log`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let build = BuildFixture.build(try BuildFixture.feedstock(in: folder, steps: Self.slowSteps), in: folder)
            let (seen, continuation) = AsyncStream<Void>.makeStream()
            let first = Task {
                try await build.run { event in if case .line(let line) = event, line.text == "step 2" { continuation.yield() } }
            }
            for await _ in seen { break }
            await #expect(throws: BuildError.self, "a second one is refused") { try await build.run() }
            first.cancel()
            await #expect(throws: BuildError.detached(container: build.containerName)) { try await first.value }
            let facts = try #require(try await BuildFixture.engine.container(build.containerName))
            #expect(facts.state == .running)
            try build.feedstock.appending("go").replaceContents(with: "")
            let outcome = try await build.run()
            #expect(outcome.isSuccess, "\(String(describing: outcome.failure))")
            #expect(outcome.isResumed)
            try check(build, outcome)
        }
    }

    @Test func `a build that ended while nobody watched is taken as it ended, and not repeated`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let build = BuildFixture.build(try BuildFixture.feedstock(in: folder, steps: Self.slowSteps), in: folder)
            let (seen, continuation) = AsyncStream<Void>.makeStream()
            let first = Task {
                try await build.run { event in if case .line(let line) = event, line.text == "step 2" { continuation.yield() } }
            }
            for await _ in seen { break }
            first.cancel()
            _ = await first.result
            try build.feedstock.appending("go").replaceContents(with: "")
            _ = try await BuildFixture.engine.wait(for: build.containerName)
            let id = try await BuildFixture.engine.container(build.containerName)?.id
            let outcome = try await build.run()
            #expect(outcome.isSuccess && outcome.isResumed)
            #expect(outcome.record?.containerID == id)
            try check(build, outcome)
        }
    }

    private func check(_ build: FeedstockBuild, _ outcome: BuildOutcome) throws {
        let lines = try build.logFile.text().split(separator: "\n").compactMap { BuildLogLine(parsing: $0) }
        #expect(lines.count == outcome.log.lineCount)
        #expect(lines.filter { $0.text.hasPrefix("step ") }.map(\.text) == (1...20).map { "step \($0)" })
        #expect(lines.first?.stream == .script)
        #expect(outcome.artifacts.count == 1)
        #expect(try build.feedstock.appending(".ci_support/linux_64_.yaml").text() == "target_platform:\n- linux-64\n")
    }
}
