import Containers
import Foundation
import Processes
import Testing

@Suite struct DetachedTests {
    @Test func `a container outlives whoever followed it, and is followed again from its first line`() async throws {
        let engine = try await TestEngine.ready()
        let request = TestEngine.request(
            "trap go=1 USR1; for i in $(seq 1 10); do echo line $i; done; while [ -z \"$go\" ]; do sleep 0.1; done; for i in $(seq 11 20); do echo line $i; done; exit 4"
        )
        _ = try await engine.start(request)
        let (seen, continuation) = AsyncStream<Void>.makeStream()
        let watcher = Task { try await engine.log(of: request.name, follow: true, since: nil) { _ in continuation.yield() } }
        for await _ in seen { break }
        watcher.cancel()
        _ = await watcher.result
        let facts = try #require(try await engine.container(request.name))
        #expect(facts.state == .running)
        #expect(try await engine.facts(beside: facts) == engine.facts())
        try await engine.kill(request.name, signal: SIGUSR1)
        let lines = Lines()
        try await engine.log(of: request.name, follow: true, since: nil) { lines.append($0) }
        #expect(lines.texts == (1...20).map { "line \($0)" })
        #expect(try await engine.wait(for: request.name).code == 4)
        try await engine.remove(request.name)
        #expect(try await engine.container(request.name) == nil)
    }

    @Test func `both streams come whole, each in its order`() async throws {
        let engine = try await TestEngine.ready()
        let request = TestEngine.request("for i in $(seq 1 20); do echo o$i; sleep 0.01; echo e$i >&2; sleep 0.01; done; printf end")
        _ = try await engine.start(request)
        _ = try await engine.wait(for: request.name)
        let lines = Lines()
        try await engine.log(of: request.name, follow: false, since: nil) { lines.append($0) }
        // Podman's monitor reads two pipes, so the order in its log is the one in which it came to read them.
        #expect(lines.all.filter { $0.stream == .output }.map(\.text) == (1...20).map { "o\($0)" } + ["end"])
        #expect(lines.all.filter { $0.stream == .error }.map(\.text) == (1...20).map { "e\($0)" })
        try await engine.remove(request.name)
    }

    @Test func `not one of a hundred thousand lines is lost at the end`() async throws {
        let engine = try await TestEngine.ready()
        let request = TestEngine.request("seq 1 100000")
        _ = try await engine.start(request)
        let lines = Lines()
        try await engine.log(of: request.name, follow: true, since: nil) { lines.append($0) }
        #expect(lines.all.count == 100_000)
        #expect(lines.texts.last == "100000")
        // A comparison in one, so that a failure does not print them all.
        let isOrdered = zip(lines.texts, 1...).allSatisfy { $0 == String($1) }
        #expect(isOrdered)
        try await engine.remove(request.name)
    }

    @Test func `containers are found by their label, stopped and killed`() async throws {
        let engine = try await TestEngine.ready()
        var request = TestEngine.request("trap 'exit 9' TERM; while :; do sleep 0.1; done")
        let value = TestEngine.unique()
        request.labels["org.conda-hallmark.workspace"] = value
        _ = try await engine.start(request)
        let found = try await engine.containers(label: "org.conda-hallmark.workspace", value: value)
        #expect(found.map(\.name) == [request.name])
        #expect(found.first?.labels["org.conda-hallmark.workspace"] == value)
        try await engine.stop(request.name, grace: 5)
        #expect(try await engine.wait(for: request.name).code == 9)
        try await engine.remove(request.name)
        try await engine.remove(request.name)
        #expect(try await engine.containers(label: "org.conda-hallmark.workspace", value: value).isEmpty)
        await #expect(throws: ContainerError.containerMissing(request.name)) { try await engine.wait(for: request.name) }
    }

    @Test func `a paused container does nothing until it is resumed`() async throws {
        let engine = try await TestEngine.ready()
        let request = TestEngine.request("while :; do echo tick; sleep 0.05; done")
        _ = try await engine.start(request)
        try await engine.pause(request.name)
        #expect(try await engine.container(request.name)?.state == .paused)
        try await engine.resume(request.name)
        #expect(try await engine.container(request.name)?.state == .running)
        try await engine.remove(request.name)
    }
}
