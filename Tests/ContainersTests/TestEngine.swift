import Containers
import Files
import Processes
import SystemPackage
import TestSupport
import Testing

/// The real podman with the repository's settings, and a tiny image of our own.
enum TestEngine {
    static let podman = Engine(
        kind: .podman, environment: ["CONTAINERS_CONF": Repository.root.appending("docker").appending("containers.conf").string])
    static let image = "localhost/hallmark-tests/busybox:1"

    /// Makes `image` from the static busybox of Debian's package `busybox-static`, unless it is there.
    static func ready(_ engine: Engine = podman) async throws -> Engine {
        guard try await engine.image(image) == nil else { return engine }
        try await TemporaryDirectory.with { folder in
            let root = folder.appending("root")
            for name in ["bin", "tmp", "proc", "sys", "dev", "etc"] { try root.appending(name).createDirectory() }
            try FilePath("/bin/busybox").copyAll(to: root.appending("bin/busybox"))
            for name in [
                "sh", "sleep", "echo", "env", "true", "cat", "dd", "id", "head", "yes", "seq", "touch", "mkdir", "tail", "date", "kill", "ls", "tr",
            ] {
                _ = try await Command("ln", ["-s", "busybox", root.appending("bin/\(name)").string]).output()
            }
            let archive = folder.appending("root.tar")
            _ = try await Command("tar", ["-c", "-f", archive.string, "-C", root.string, "."]).output()
            _ = try await Command(
                engine.executable, engine.options + ["import", "--change", "ENV PATH=/bin", archive.string, image],
                environment: .inherited(adding: engine.environment)
            ).output()
        }
        return engine
    }

    static func request(_ script: String, name: String = unique()) -> ContainerRequest {
        ContainerRequest(image: image, command: ["sh", "-c", script], name: name, labels: ["org.conda-hallmark.tests": "1"])
    }

    static func unique() -> String { "hallmark-tests-" + String(UInt64.random(in: 0...UInt64.max), radix: 36) }
}
