import Basics
import Containers
import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing

@Suite(.serialized) struct DockerTests {
    @Test func `docker does what podman does: exit codes, errors, memory, logs, labels`() async throws {
        try await DockerDaemon.with { environment in
            let engine = Engine(kind: .docker, environment: environment)
            let facts = try await engine.facts()
            #expect(facts.kind == .docker && !facts.isRootless && facts.operatingSystem == "linux")
            _ = try await TestEngine.ready(engine)
            let image = try #require(try await engine.image(TestEngine.image))
            #expect(image.id.hasPrefix("sha256:"))
            #expect(try await engine.image(image.id)?.id == image.id)
            for code in [0, 125, 126, 127] as [Int32] { #expect(try await engine.run(TestEngine.request("exit \(code)")) { _ in }.code == code) }

            var missing = TestEngine.request("true")
            missing.image = "localhost/hallmark-tests/no-such-image:1"
            await #expect(throws: ContainerError.imageMissing(missing.image)) { try await engine.run(missing) { _ in } }
            #expect(try await engine.image(missing.image) == nil)

            var command = TestEngine.request("")
            command.command = ["/no/such/program"]
            await #expect(throws: ContainerError.commandMissing("/no/such/program", container: command.name)) {
                try await engine.run(command) { _ in }
            }
            #expect(try await engine.container(command.name) == nil)

            var hungry = TestEngine.request("exec tail -c 200m /dev/zero")
            hungry.limits = .init(memory: 24 << 20)
            #expect(try await engine.run(hungry) { _ in }.outOfMemory == .yes)

            var slow = TestEngine.request("trap '' TERM; sleep 60")
            slow.timeout = .seconds(1)
            #expect(try await engine.run(slow) { _ in }.isTimedOut)

            let detached = TestEngine.request(
                "for i in $(seq 1 10); do echo o$i; sleep 0.02; echo e$i >&2; sleep 0.02; done; printf '%040000d' 0; exit 4")
            _ = try await engine.start(detached)
            await #expect(throws: ContainerError.nameTaken(detached.name)) { try await engine.run(detached) { _ in } }
            let lines = Lines()
            try await engine.log(of: detached.name, follow: true, since: nil) { lines.append($0) }
            #expect(lines.all.filter { $0.stream == .output }.map(\.text).dropLast() == (1...10).map { "o\($0)" }[...])
            #expect(lines.all.filter { $0.stream == .error }.map(\.text) == (1...10).map { "e\($0)" })
            #expect(zip(lines.all, lines.all.dropFirst()).allSatisfy { $0.time <= $1.time })
            // A line that docker keeps in parts of 16 KiB comes whole.
            #expect(lines.texts.last?.utf8.count == 40_000)
            #expect(try await engine.wait(for: detached.name).code == 4)
            #expect(try await engine.containers(label: "org.conda-hallmark.tests", value: "1").map(\.name) == [detached.name])
            try await engine.remove(detached.name)
            try await engine.remove(detached.name)
            await #expect(throws: ContainerError.containerMissing(detached.name)) { try await engine.wait(for: detached.name) }

            let many = TestEngine.request("seq 1 100000")
            _ = try await engine.start(many)
            let counted = Lines()
            try await engine.log(of: many.name, follow: true, since: nil) { counted.append($0) }
            let isWhole = counted.texts == (1...100_000).map(String.init)
            #expect(isWhole)
            try await engine.remove(many.name)

            // Somebody who may not use the daemon's socket.
            let stranger = Engine(
                kind: .docker, executable: .name("setpriv"), environment: engine.environment, options: ["--reuid=65534", "--clear-groups", "docker"])
            let error = await #expect(throws: ContainerError.self) { try await stranger.facts() }
            guard case .noRights(.docker, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.hint?.contains("group `docker`") == true)
        }
    }

    @Test func `a docker without its daemon says so, with what to do`() async throws {
        let engine = Engine(kind: .docker, environment: ["DOCKER_HOST": "unix:///nonexistent/docker.sock"])
        let error = await #expect(throws: ContainerError.self) { try await engine.facts() }
        guard case .engineUnusable(.docker, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.hint?.contains("start the docker daemon") == true)
    }

    @Test func `a podman that this user cannot run is an error and not a crash`() async throws {
        try await TemporaryDirectory.with(in: "/tmp") { folder in
            _ = try await Command("chmod", ["777", folder.string]).output()
            let stranger = Engine(
                kind: .podman, executable: .name("setpriv"), environment: ["HOME": folder.string, "XDG_RUNTIME_DIR": folder.string],
                options: ["--reuid=54321", "--clear-groups", "podman"])
            let error = await #expect(throws: ContainerError.self) { try await stranger.facts() }
            switch error {
            case .noRights(.podman, _), .engineUnusable(.podman, _): #expect(error?.hint != nil)
            default: Issue.record("\(String(describing: error))")
            }
        }
    }
}
