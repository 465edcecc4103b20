import Basics
import Containers
import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing
import Workbench

/// The engine, or the whole machine, goes away under a build. Each starts a daemon of its own; about eight seconds a test.
@Suite(.serialized, .timeLimit(.minutes(10))) struct EngineLossTests {
    /// Starts the build and returns once its log holds `step 2`.
    private func begin(_ build: FeedstockBuild) async -> Task<BuildOutcome, any Error> {
        let (seen, continuation) = AsyncStream<Void>.makeStream()
        let driver = Task<BuildOutcome, any Error> {
            try await build.run { event in if case .line(let line) = event, line.text == "step 2" { continuation.yield() } }
        }
        for await _ in seen { break }
        return driver
    }

    private func steps(of build: FeedstockBuild) throws -> [String] {
        try build.logFile.text().split(separator: "\n").compactMap { BuildLogLine(parsing: $0)?.text }.filter { $0.hasPrefix("step ") }
    }

    @Test func `a build whose container outlives its engine is taken up when the engine is back`() async throws {
        try await DockerDaemon.withDaemon(liveRestore: true) { daemon in
            let engine = Engine(kind: .docker, environment: daemon.environment)
            try await BuildFixture.ready(engine)
            try await TemporaryDirectory.with { folder in
                let build = BuildFixture.build(try BuildFixture.feedstock(in: folder, steps: ResumeTests.slowSteps), in: folder, engine: engine)
                let driver = await begin(build)
                try await daemon.kill()
                // What became of the build cannot be known now, and that is what is said.
                await #expect(throws: BuildError.self) { try await driver.value }
                #expect(!build.outcomeFile.exists)
                try await daemon.start()
                try build.feedstock.appending("go").replaceContents(with: "")
                let outcome = try await build.run()
                #expect(outcome.isSuccess && outcome.isResumed, "\(String(describing: outcome.failure))")
                #expect(try steps(of: build) == (1...20).map { "step \($0)" })
            }
        }
    }

    @Test func `a build whose container dies with its engine is a failed one, and the next attempt builds`() async throws {
        try await DockerDaemon.withDaemon { daemon in
            let engine = Engine(kind: .docker, environment: daemon.environment)
            try await BuildFixture.ready(engine)
            try await TemporaryDirectory.with { folder in
                var build = BuildFixture.build(try BuildFixture.feedstock(in: folder, steps: ResumeTests.slowSteps), in: folder, engine: engine)
                let driver = await begin(build)
                try await daemon.kill()
                await #expect(throws: BuildError.self) { try await driver.value }
                try await daemon.start()
                // Without live-restore the daemon ends what it finds running.
                let outcome = try await build.run()
                #expect(!outcome.isSuccess && outcome.artifacts.isEmpty)
                try build.feedstock.appending("go").replaceContents(with: "")
                build.folder = folder.appending("builds/2")
                build.runID = "manual_2"
                let again = try await build.run()
                #expect(again.isSuccess, "\(String(describing: again.failure))")
            }
        }
    }

    /// A reboot as far as a test can make one: every process of the build is killed at once, and the machine's boot has another id than the one in the build's state.
    @Test func `a build that the machine's end has ended is built again in the same attempt`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let feedstock = try BuildFixture.feedstock(
                in: folder, steps: "echo run >> /home/conda/feedstock_root/build_artifacts/runs\n" + ResumeTests.slowSteps)
            let build = KillTests.build(in: folder.string)
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.string as String] in
                _ = try await KillTests.build(in: path).run { event in
                    if case .line(let line) = event, line.text == "step 10" { kill(getpid(), SIGKILL) }
                }
            }
            let container = try #require(try await build.engine.container(build.containerName))
            for id in [container.processID, container.monitorID] where id > 1 { kill(id, SIGKILL) }
            let state = build.folder.appending("driver.json")
            let text = try state.text()
            let boot = try #require(text.split(separator: "\"boot\"").last?.split(separator: "\"").dropFirst().first)
            try state.replaceContents(with: text.replacingOccurrences(of: String(boot), with: "00000000-0000-0000-0000-000000000000\\n"))
            try feedstock.appending("go").replaceContents(with: "")
            let outcome = try await build.run()
            #expect(outcome.isSuccess && !outcome.isResumed, "\(String(describing: outcome.failure))")
            #expect(try feedstock.appending("build_artifacts/runs").text() == "run\nrun\n")
            #expect(outcome.artifacts.map(\.sha256.hexadecimal) == [ToolFixture.artifactDigest])
            #expect(try feedstock.appending(".ci_support/linux_64_.yaml").text() == "target_platform:\n- linux-64\n")
        }
    }
}
