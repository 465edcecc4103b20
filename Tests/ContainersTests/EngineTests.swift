import Containers
import Files
import Foundation
import Processes
import Synchronization
import SystemPackage
import TestSupport
import Testing

final class Lines: Sendable {
    private let lines = Mutex<[OutputLine]>([])
    func append(_ line: OutputLine) { lines.withLock { $0.append(line) } }
    var all: [OutputLine] { lines.withLock { $0 } }
    var texts: [String] { all.map(\.text) }
}

@Suite struct EngineTests {
    @Test func `podman says what it is`() async throws {
        let facts = try await TestEngine.podman.facts()
        #expect(facts.kind == .podman)
        #expect(facts.version.split(separator: ".").count >= 2)
        #expect(facts.operatingSystem == "linux")
        #expect(!facts.storage.isEmpty)
        let engine = try await Engine.detect(.name("podman"))
        #expect(engine.kind == .podman)
    }

    @Test func `an engine that is not there is named, with what to do`() async throws {
        let error = await #expect(throws: ContainerError.self) { try await Engine.detect(.name("no-such-engine")) }
        #expect(error == .engineMissing("no-such-engine"))
        #expect(error?.hint != nil)
        await #expect(throws: ContainerError.engineMissing("no-such-engine")) {
            try await Engine(kind: .docker, executable: .name("no-such-engine")).facts()
        }
    }

    /// Says what podman 4.3 says while somebody's container is being taken down, a few times, and what is left of it when it never ends.
    @Test(arguments: [(3, true), (1000, false)])
    func `podman is asked again while another container is on its way out`(refusals: Int, isAnswered: Bool) async throws {
        try await TemporaryDirectory.with { folder in
            let (program, asked) = (folder.appending("podman"), folder.appending("asked"))
            try program.replaceContents(
                with: """
                    #!/bin/sh
                    echo "$1" >>'\(asked)'
                    [ "$(wc -l <'\(asked)')" -gt \(refusals) ] && exit 0
                    echo 'Error: joining network namespace of container 8f50: retrieving network namespace at /run/netns/netns-ea3d: unknown FS magic' >&2
                    exit 125
                    """, permissions: [.ownerReadWriteExecute])
            let engine = Engine(kind: .podman, executable: .path(program))
            if isAnswered {
                try await engine.check()
                #expect(try asked.text(limit: 1000) == "ps\nps\nps\nps\n")
                #expect(try await engine.containers(label: "a", value: nil).isEmpty)
            } else {
                let error = await #expect(throws: ContainerError.self) { try await engine.check() }
                #expect(error?.message.contains("network namespace") == true)
            }
        }
    }

    @Test(arguments: [0, 1, 7, 125, 126, 127, 137, 255] as [Int32])
    func `each exit code of a container comes through as it was`(code: Int32) async throws {
        let exit = try await TestEngine.ready().run(TestEngine.request("exit \(code)")) { _ in }
        #expect(exit.code == code)
        #expect(exit.outOfMemory == .no)
        #expect(!exit.isTimedOut)
    }

    @Test func `lines come with their stream and the container is taken away`() async throws {
        let engine = try await TestEngine.ready()
        let request = TestEngine.request("echo one; echo two >&2; exit 3")
        let lines = Lines()
        let exit = try await engine.run(request) { lines.append($0) }
        #expect(exit.code == 3)
        #expect(Set(lines.all.map { "\($0.stream.rawValue) \($0.text)" }) == ["out one", "err two"])
        #expect(try await engine.container(request.name) == nil)
    }

    @Test func `a missing image is an error of its own and nothing is pulled`() async throws {
        var request = TestEngine.request("true")
        request.image = "localhost/hallmark-tests/no-such-image:1"
        await #expect(throws: ContainerError.imageMissing(request.image)) { try await TestEngine.podman.run(request) { _ in } }
        await #expect(throws: ContainerError.imageMissing(request.image)) { try await TestEngine.podman.start(request) }
        #expect(try await TestEngine.podman.image(request.image) == nil)
    }

    @Test func `a missing program is told from a program that ends with 127`() async throws {
        let engine = try await TestEngine.ready()
        var request = TestEngine.request("")
        request.command = ["/no/such/program"]
        await #expect(throws: ContainerError.commandMissing("/no/such/program", container: request.name)) { try await engine.run(request) { _ in } }
        #expect(try await engine.container(request.name) == nil)
    }

    @Test func `a second container of one name is refused and the first is left alone`() async throws {
        let engine = try await TestEngine.ready()
        let request = TestEngine.request("sleep 600")
        _ = try await engine.start(request)
        await #expect(throws: ContainerError.nameTaken(request.name)) { try await engine.run(request) { _ in } }
        await #expect(throws: ContainerError.nameTaken(request.name)) { try await engine.start(request) }
        #expect(try await engine.container(request.name)?.state == .running)
        try await engine.remove(request.name)
    }

    @Test func `a timeout ends the container and says so`() async throws {
        let engine = try await TestEngine.ready()
        var request = TestEngine.request("trap '' TERM; sleep 60")
        request.timeout = .seconds(1)
        let exit = try await engine.run(request) { _ in }
        #expect(exit.isTimedOut)
        #expect(!exit.isSuccess)
        #expect(exit.duration < 20)
        #expect(try await engine.container(request.name) == nil)
    }

    @Test func `a container killed at its memory limit is recognised`() async throws {
        let engine = try await TestEngine.ready()
        var request = TestEngine.request("exec tail -c 200m /dev/zero")
        request.limits = .init(memory: 24 << 20)
        let exit = try await engine.run(request) { _ in }
        #expect(exit.code == 137)
        #expect(exit.outOfMemory == .yes || exit.outOfMemory == .probably)
    }

    @Test func `cancelling leaves no container behind`() async throws {
        let engine = try await TestEngine.ready()
        let request = TestEngine.request("trap '' TERM; echo here; sleep 60")
        let (started, continuation) = AsyncStream<Void>.makeStream()
        let task = Task { try await engine.run(request) { _ in continuation.yield() } }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: ContainerError.cancelled(request.name)) { try await task.value }
        #expect(try await engine.container(request.name) == nil)
    }

    @Test func `mounts, environment, user, limits and a read-only root are as asked`() async throws {
        let engine = try await TestEngine.ready()
        try await TemporaryDirectory.with { folder in
            try folder.appending("in").createDirectory()
            try folder.appending("out").createDirectory()
            try folder.appending("in/file").replaceContents(with: "content\n")
            var request = TestEngine.request(
                "cat /in/file; touch /in/x || echo read-only mount; touch /x || echo read-only root; touch /scratch/x && echo scratch; echo $A; "
                    + "echo done > /out/file; ls /sys/class/net | tr '\\n' ' '")
            request.mounts = [.init(folder.appending("in"), at: "/in", isReadOnly: true), .init(folder.appending("out"), at: "/out")]
            request.temporaryFolders = ["/scratch": "size=1m"]
            request.environment = ["A": "a b;$x", "BINSTAR_TOKEN": "planted-secret"]
            request.hasReadOnlyRoot = true
            request.limits = .init(memory: 64 << 20, cpus: 1, processes: 50)
            request.workingDirectory = "/in"
            let lines = Lines()
            let exit = try await engine.run(request) { lines.append($0) }
            #expect(exit.code == 0)
            #expect(
                lines.all.filter { $0.stream == .output }.map(\.text).map { $0.trimmingCharacters(in: .whitespaces) }
                    == ["content", "read-only mount", "read-only root", "scratch", "a b;$x", "lo"])
            #expect(try folder.appending("out/file").text() == "done\n")
            var other = TestEngine.request("id -u; env")
            other.user = "1234"
            other.environment = ["STAGING_BINSTAR_TOKEN": "planted-secret"]
            let said = Lines()
            _ = try await engine.run(other) { said.append($0) }
            #expect(said.texts.first == "1234")
            #expect(!said.texts.joined().contains("planted-secret"))
        }
    }

    @Test func `a reference that looks like an option is refused`() async throws {
        await #expect(throws: ContainerError.notAReference("--all")) { try await TestEngine.podman.image("--all") }
        await #expect(throws: ContainerError.notAReference("")) { try await TestEngine.podman.pull("") { _ in } }
    }

    @Test func `an image has an id and digests that are digests`() async throws {
        let facts = try #require(try await TestEngine.ready().image(TestEngine.image))
        #expect(facts.id.hasPrefix("sha256:") && facts.id.count == 71)
        #expect(!facts.digests.isEmpty && facts.digests.allSatisfy { $0.hasPrefix("sha256:") && $0.count == 71 })
        #expect(facts.operatingSystem == "linux" && facts.byteCount > 0)
        // By its id too, which is how a build pins it.
        #expect(try await TestEngine.podman.image(facts.id)?.id == facts.id)
    }
}
