import Conda
import Files
import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Matrix

/// What a run shares between its cells (about 8 s).
@Suite struct EnvironmentsTests {
    @Test func `one process makes all environments of a run, and a line that a test does not end is kept`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["fine", "friend", "unended"], in: folder)
            let subjects = try ["fine", "friend", "unended"].map { try Subject(reading: try #require(paths[$0])) }
            let python = folder.appending("python")
            try python.replaceContents(
                with: "#!/bin/sh\necho started >> '\(folder)/starts'\nexec '\(TestTools.python)' \"$@\"\n",
                permissions: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
            var run = MatrixRunTests.run(try await MatrixRunTests.plan(["debian-12", "debian-13"]), subjects, in: folder)
            run.maker = EnvironmentMaker(python: python, root: folder.appending("root"))
            let results = try await run.run()
            let reasons = results.map { "\($0.artifact.name.package) \($0.outcome.kind): \($0.reason)" }
            #expect(
                reasons.filter { $0.hasPrefix("unended") }
                    == Array(repeating: "unended failed: script 1: the test failed with exit code 3: last", count: 2))
            #expect(results.filter { $0.outcome == .passed }.count == 4, "\(reasons)")
            for result in results {
                let log = try folder.appending("results").appending(result.artifact.name.fileName).appending(try #require(result.log).file).text()
                #expect(!log.contains("\u{1E}"), "the mark of the end is ours alone")
            }
            // One for the channel's index, one for six environments.
            #expect(try folder.appending("starts").text() == "started\nstarted\n")
            _ = try await run.run()
            #expect(try folder.appending("starts").text() == "started\nstarted\n", "what stands needs no solver")
        }
    }

    @Test func `a client that ends without an answer is named, and nobody waits for it`() async throws {
        try await TemporaryDirectory.with { folder in
            let environments = Environments(maker: EnvironmentMaker(python: "/bin/true", root: folder))
            let need = EnvironmentMaker.Need(specs: ["x"], channels: [], subdir: "noarch", virtualPackages: [], detect: [])
            await #expect(throws: MatrixError.client(reason: "it ended without an answer")) {
                _ = try await environments.making([need]) { () async throws(MatrixError) in try await environments.answer(to: need) }
            }
        }
    }

    @Test func `slots go to the first in the plan, and whoever is cancelled takes none`() async throws {
        let slots = ExecutionSlots(count: 1)
        let first = try #require(await slots.take(rank: 0))
        let order = Mutex<[Int]>([])
        await withTaskGroup(of: Void.self) { group in
            for rank in [7, 3, 5] {
                group.addTask { @Sendable in
                    guard let slot = await slots.take(rank: rank) else { return }
                    order.withLock { $0.append(rank) }
                    slot.free()
                    slot.free()
                }
            }
            while slots.waitingCount < 3 { await Task.yield() }
            first.free()
        }
        #expect(order.withLock { $0 } == [3, 5, 7])

        let held = try #require(await slots.take(rank: 0))
        let cancelled = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await slots.take(rank: 1) == nil }
            while slots.waitingCount < 1 { await Task.yield() }
            group.cancelAll()
            return await group.next() ?? false
        }
        #expect(cancelled)
        held.free()
        #expect(await slots.take(rank: 2) != nil)
    }
}
