import Containers
import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing
import Workbench

/// A file system of `megabytes` in memory at `path`, which lies in `folder` of a test, for the length of `body`; needs root.
func withSmallDisk(_ megabytes: Int, at path: FilePath, in folder: FilePath, _ body: () async throws -> Void) async throws {
    try path.createDirectory()
    LeftBehind.note(mountedFolder: folder)
    _ = try await Command("mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path.string]).output()
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    _ = try await Command("umount", ["--lazy", path.string]).output()
    try result.get()
}

@Suite(.timeLimit(.minutes(10))) struct WatchTests {
    @Test func `a build that is stopped says so, and the one who follows its log sees its end`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let build = BuildFixture.build(
                try BuildFixture.feedstock(in: folder, steps: "i=0; while :; do i=$((i+1)); echo step $i; sleep 0.1; done"), in: folder)
            let (seen, continuation) = AsyncStream<Void>.makeStream()
            let driver = Task { try await build.run { event in if case .line(let line) = event, line.text == "step 2" { continuation.yield() } } }
            for await _ in seen { break }
            #expect(build.isWatched)
            let follower = Task {
                var texts: [String] = []
                try await build.log(follow: true) { texts.append($0.text) }
                return texts
            }
            #expect(try await build.stop(grace: 1))
            let outcome = try await driver.value
            #expect(outcome.failure == .stopped)
            let followed = try await follower.value
            #expect(followed.filter { $0.hasPrefix("step ") }.count > 1)
            #expect(followed.count == outcome.log.lineCount)
            #expect(try await build.stop() == false)
            #expect(!build.isWatched)
        }
    }

    @Test func `a disk that is nearly full pauses the build until there is room`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let feedstock = try BuildFixture.feedstock(
                in: folder,
                steps:
                    "cd /home/conda/feedstock_root; dd if=/dev/zero of=build_artifacts/fill bs=1M count=44; while [ ! -e go ]; do sleep 0.1; done; echo tick\n"
                    + BuildFixture.goodSteps)
            var build = BuildFixture.build(feedstock, in: folder)
            build.diskReserve = 32 << 20
            let watched = build
            try await withSmallDisk(64, at: feedstock.appending("build_artifacts"), in: folder) {
                let (paused, continuation) = AsyncStream<Void>.makeStream()
                let driver = Task {
                    try await watched.run { event in
                        if case .line(let line) = event, line.text.contains("the build is paused") { continuation.yield() }
                    }
                }
                for await _ in paused { break }
                #expect(try await BuildFixture.engine.container(watched.containerName)?.state == .paused)
                try feedstock.appending("go").replaceContents(with: "")
                try feedstock.appending("build_artifacts/fill").removeAll()
                let outcome = try await driver.value
                #expect(outcome.isSuccess, "\(String(describing: outcome.failure))")
                #expect((outcome.resources?.pausedSeconds ?? 0) >= 1)
                #expect((outcome.resources?.diskUsed ?? 0) > 40 << 20)
                let log = try watched.logFile.text()
                #expect(log.contains("there is room again") && log.contains("out tick"))
            }
        }
    }

    @Test func `a disk that is full is the reason given`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let feedstock = try BuildFixture.feedstock(
                in: folder,
                steps: "set -e; cd /home/conda/feedstock_root; dd if=/dev/zero of=build_artifacts/fill bs=1M count=44\n" + BuildFixture.goodSteps)
            var build = BuildFixture.build(feedstock, in: folder)
            build.diskReserve = 0
            let filling = build
            try await withSmallDisk(8, at: feedstock.appending("build_artifacts"), in: folder) {
                let outcome = try await filling.run()
                guard case .diskFull = outcome.failure else {
                    Issue.record("\(String(describing: outcome.failure))")
                    return
                }
            }
        }
    }

    @Test func `what a build used is sampled and summed up, also what another process saw of it`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let steps = "x=$(head -c 30000000 /dev/zero | tr '\\0' a)\n" + ResumeTests.slowSteps
            let build = BuildFixture.build(try BuildFixture.feedstock(in: folder, steps: steps), in: folder)
            let (seen, continuation) = AsyncStream<Void>.makeStream()
            let driver = Task { try await build.run { event in if case .line(let line) = event, line.text == "step 10" { continuation.yield() } } }
            for await _ in seen { break }
            // The container waits until three samples were taken of it.
            var samples = 0
            while samples < 3 {
                try await Task.sleep(for: .milliseconds(100))
                guard build.resourcesFile.exists else { continue }
                samples = try build.resourcesFile.text().split(separator: "\n").count { $0.contains("cpuSeconds") }
            }
            driver.cancel()
            _ = await driver.result
            try build.feedstock.appending("go").replaceContents(with: "")
            _ = try await build.engine.wait(for: build.containerName)
            let resources = try #require(try await build.run().resources)
            #expect((resources.memoryPeak ?? 0) > 30_000_000)
            #expect((resources.cpuSeconds ?? 0) > 0.01)
            #expect(resources.sampleCount >= 3)
        }
    }

    @Test func `docker builds the same, and so does a build that was left there`() async throws {
        try await DockerDaemon.with { environment in
            let engine = Engine(kind: .docker, environment: environment)
            try await BuildFixture.ready(engine)
            try await TemporaryDirectory.with { folder in
                let build = BuildFixture.build(try BuildFixture.feedstock(in: folder, steps: ResumeTests.slowSteps), in: folder, engine: engine)
                let (seen, continuation) = AsyncStream<Void>.makeStream()
                let first = Task { try await build.run { event in if case .line(let line) = event, line.text == "step 2" { continuation.yield() } } }
                for await _ in seen { break }
                first.cancel()
                await #expect(throws: BuildError.detached(container: build.containerName)) { try await first.value }
                try build.feedstock.appending("go").replaceContents(with: "")
                let outcome = try await build.run()
                #expect(outcome.isSuccess && outcome.isResumed, "\(String(describing: outcome.failure))")
                #expect(outcome.record?.engine?.kind == .docker)
                let lines = try build.logFile.text().split(separator: "\n").compactMap { BuildLogLine(parsing: $0) }
                #expect(lines.filter { $0.text.hasPrefix("step ") }.map(\.text) == (1...20).map { "step \($0)" })
            }
        }
    }

    @Test func `ccache's own counters say how much it found`() async throws {
        let builder = "localhost/hallmark/builder:11"
        try #require(try await BuildFixture.engine.image(builder) != nil, "docker/make-images.sh builder makes it")
        try await TemporaryDirectory.with { folder in
            let feedstock = try BuildFixture.feedstock(
                in: folder,
                steps: "cd /tmp; echo 'int f(void) { return 1; }' > a.c; ccache gcc -c a.c; ccache gcc -c a.c; ccache gcc -c a.c\n"
                    + BuildFixture.goodSteps)
            var build = BuildFixture.build(feedstock, in: folder, image: builder)
            build.compilerCache = folder.appending("ccache")
            let outcome = try await build.run()
            #expect(outcome.isSuccess, "\(String(describing: outcome.failure))")
            let use = try #require(outcome.compilerCache)
            #expect(use.misses == 1 && use.directHits == 2 && use.preprocessedHits == 0)
        }
    }
}
