import Basics
import Containers
import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing

@testable import Workbench

/// A real sccache in the builder image, and its counters.
@Suite(.timeLimit(.minutes(10))) struct SccacheTests {
    private static let builder = "localhost/hallmark/builder:11"
    private static let answer =
        #"{"stats":{"compile_requests":5,"cache_errors":{"counts":{}},"cache_hits":{"counts":{"C/C++":2,"Rust":1},"adv_counts":{}},"cache_misses":{"counts":{"C/C++":3}},"cache_timeouts":0},"cache_location":"Local disk: \"/home/conda/sccache\"","cache_size":1775,"version":"0.16.0"}"#

    @Test func `a server's answer is read over all languages, and half an answer is none`() throws {
        let server = ProcessIdentity(id: 7, start: 9)
        let count = try #require(SccacheCount(Self.answer, server: server))
        #expect(count.hits == 3 && count.misses == 3 && count.location == "Local disk: \"/home/conda/sccache\"")
        let bytes = Array(Self.answer.utf8)
        for cut in bytes.indices { #expect(SccacheCount(String(decoding: bytes[..<cut], as: UTF8.self), server: server) == nil) }
        for wrong in ["-1", "1.5", "\"1\"", "99999999999999999"] {
            #expect(SccacheCount(Self.answer.replacingOccurrences(of: ":2,", with: ":\(wrong),"), server: server) == nil, "\(wrong)")
        }
    }

    @Test func `counters are summed over servers, and over those that were set to zero`() throws {
        func count(_ id: Int32, _ hits: Int, _ misses: Int) throws -> SccacheCount {
            let text = "{\"stats\":{\"cache_hits\":{\"counts\":{\"C\":\(hits)}},\"cache_misses\":{\"counts\":{\"C\":\(misses)}}}}"
            return try #require(SccacheCount(text, server: ProcessIdentity(id: id, start: 1)))
        }
        var use = SccacheUse()
        #expect(use.hitRate == nil && use.words.hasPrefix("unknown"))
        for (id, hits, misses) in [(5, 0, 0), (5, 2, 1), (5, 4, 1), (6, 5, 1), (6, 6, 1), (6, 0, 2)] {
            use.add(try count(Int32(id), hits, misses), at: .now)
        }
        #expect(use.hits == 10 && use.misses == 4)
    }

    private static let compile =
        "for i in 1 2 3; do echo \"int f$i(void) { return $i; }\" > a$i.c; env -i PATH=\"$PATH\" HOME=\"$HOME\" SCCACHE_DIR=/home/conda/sccache sccache gcc -c a$i.c; done"
    /// Compiles as under a tool that hands no variable on, and waits to be told to go on.
    private static let steps = """
        set -e
        cd /tmp
        \(compile)
        while [ ! -e /home/conda/feedstock_root/go1 ]; do sleep 0.05; done
        sccache --stop-server >/dev/null
        \(compile)
        while [ ! -e /home/conda/feedstock_root/go2 ]; do sleep 0.05; done

        """

    /// Waits until the samples say so.
    private func wait(for text: String, _ build: FeedstockBuild) async throws {
        for _ in 0..<1200 {
            if (try? build.resourcesFile.text())?.contains(text) == true { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("sccache never said `\(text)`: \((try? build.resourcesFile.text()) ?? "nothing")")
    }

    @Test func `sccache's servers say what it had, cold and warm; no other cache is let in, and one build at a time has the folder`() async throws {
        try await BuildFixture.ready()
        try #require(try await BuildFixture.engine.image(Self.builder) != nil, "docker/make-images.sh builder makes it")
        try await TemporaryDirectory.with { folder in
            let feedstock = try BuildFixture.feedstock(in: folder, steps: Self.steps + BuildFixture.goodSteps)
            let script = feedstock.appending(".scripts/run_docker_build.sh")
            try script.replaceContents(
                with: BuildFixture.dockerScript.replacingOccurrences(
                    of: "-e CONFIG ", with: "-e CONFIG -e SCCACHE_BUCKET=theirs -e SCCACHE_REDIS -e SCCACHE_CACHE_SIZE=1G "))
            var cold = BuildFixture.build(feedstock, in: folder, image: Self.builder)
            cold.sccache = folder.appending("sccache")
            cold.environment["SCCACHE_REDIS"] = "redis://127.0.0.1"
            let watched = cold
            let driver = Task { try await watched.run() }
            try await wait(for: "\"misses\":3", watched)

            var second = BuildFixture.build(feedstock, in: folder, image: Self.builder)
            second.folder = folder.appending("builds/2")
            second.sccache = cold.sccache
            let other = second
            let held = await #expect(throws: BuildError.self) { try await other.run() }
            #expect(held?.message.contains("sccache` is held by") == true, "\(held?.message ?? "")")
            driver.cancel()
            await #expect(throws: BuildError.detached(container: watched.containerName)) { try await driver.value }
            await #expect(throws: BuildError.sccacheTaken(folder.appending("sccache"), container: watched.containerName)) { try await other.run() }

            let resumed = Task { try await watched.run() }
            try feedstock.appending("go1").replaceContents(with: "")
            try await wait(for: "\"hits\":3", watched)
            try feedstock.appending("go2").replaceContents(with: "")
            let outcome = try await resumed.value
            #expect(outcome.isSuccess && outcome.isResumed, "\(String(describing: outcome.failure))")
            let use = try #require(outcome.sccache)
            #expect(use.hits == 3 && use.misses == 3 && use.hitRate == 0.5)
            #expect(use.locations == ["Local disk: \"/home/conda/sccache\""])
            let environment = try feedstock.appending("build_artifacts/environment-seen").text().split(separator: "\n").filter {
                $0.hasPrefix("SCCACHE_")
            }
            #expect(
                environment.sorted() == [
                    "SCCACHE_CACHE_SIZE=1G", "SCCACHE_CONF=/dev/null", "SCCACHE_DIR=/home/conda/sccache", "SCCACHE_IDLE_TIMEOUT=0",
                ])
            #expect(outcome.record?.asked.contains("--env=SCCACHE_BUCKET=theirs") == true)
            #expect(outcome.record?.ran.contains("--env=SCCACHE_BUCKET=theirs") == false)

            // The folder is free again, and what another build had compiled is found.
            let warm = try await other.run { _ in }
            #expect(warm.isSuccess, "\(String(describing: warm.failure))")
            #expect(warm.sccache != nil)
        }
    }

    @Test func `in the machine's own network no sccache is used, because its servers are everybody's`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            var build = BuildFixture.build(try BuildFixture.feedstock(in: folder), in: folder)
            build.sccache = folder.appending("sccache")
            build.network = .host
            let outcome = try await build.run()
            let log = try build.logFile.text()
            #expect(!outcome.isSuccess && log.contains("whatever server listens here"), "\(log)")
        }
    }
}
