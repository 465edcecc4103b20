import Containers
import Files
import Foundation
import JSONReading
import Processes
import SystemPackage
import TestSupport
import Testing

/// The tool and its engine as a user without any rights (`scripts/setup-rootless.sh` makes it), with a store of containers of its own.
@Suite(.timeLimit(.minutes(10)), .serialized) struct RootlessTests {
    static let user = "hallmark-rootless"
    static let home = FilePath("/var/lib/hallmark-rootless")
    static let environment = [
        "HOME": home.string, "XDG_RUNTIME_DIR": home.appending("run").string, "STORAGE_DRIVER": "overlay", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    ].merging(TinyImage.podmanEnvironment) { $1 }

    @discardableResult
    static func asUser(_ words: [String], in folder: FilePath, environment more: [String: String] = [:]) async throws -> ProcessResult {
        let values = environment.merging(more) { $1 }.map { "\($0.key)=\($0.value)" }
        return try await Command("runuser", ["-u", user, "--", "env", "-i"] + values + words, workingDirectory: folder, timeout: .seconds(120)).run()
    }

    private static func makeImage(_ engine: String, in folder: FilePath, environment more: [String: String]) async throws {
        if try await asUser([engine, "image", "inspect", BuildFixture.image], in: folder, environment: more).exit.isSuccess { return }
        let archive = folder.appending("image.tar").string
        _ = try await Command(
            "podman", ["save", "--quiet", "--output", archive, BuildFixture.image], environment: .inherited(adding: TinyImage.podmanEnvironment)
        )
        .output()
        _ = try await Command("chmod", ["644", archive]).output()
        let loaded = try await asUser([engine, "load", "--quiet", "--input", archive], in: folder, environment: more)
        try #require(loaded.exit.isSuccess, "\(loaded.errorText)")
    }

    /// Docker's daemon in a namespace of the user's, as its own `dockerd-rootless.sh` starts it; `body` gets what `docker` finds it by.
    private static func withDocker(_ body: ([String: String]) async throws -> Void) async throws {
        try await TemporaryDirectory.with(in: home) { place in
            _ = try await Command("chown", ["\(user):\(user)", place.string]).output()
            let socket = ["DOCKER_HOST": "unix://\(place)/socket"]
            let daemon =
                "rm -f /run/docker /run/containerd /run/xtables.lock; exec dockerd --rootless --storage-driver vfs --bridge none --iptables=false "
                + "--data-root \(place)/data --exec-root \(place)/run --pidfile \(place)/pid --host unix://\(place)/socket >\(place)/log 2>&1"
            let words =
                [
                    "rootlesskit", "--state-dir=\(place)/kit", "--net=host", "--copy-up=/etc", "--copy-up=/run", "--propagation=rslave", "sh", "-c",
                    daemon,
                ]
            let values = environment.map { "\($0.key)=\($0.value)" }
            let command = Command("runuser", ["-u", user, "--", "env", "-i"] + values + words, workingDirectory: place, grace: .seconds(20))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do {
                        _ = try await command.stream { pid in
                            LeftBehind.note(pid)
                        } onLine: { _ in
                        }
                    } catch ProcessError.cancelled { return }
                }
                for _ in 0..<400 where try await !asUser(["docker", "version"], in: place, environment: socket).exit.isSuccess {
                    try await Task.sleep(for: .milliseconds(50))
                }
                try await body(socket)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test(arguments: ["podman", "docker"])
    func `without root a build is made, killed and taken up, and everything that it made belongs to the builder`(engine: String) async throws {
        try #require(Self.home.isDirectory, "scripts/setup-rootless.sh makes the user `\(Self.user)`")
        try await TemporaryDirectory.with(in: Self.home) { folder in
            guard engine == "docker" else { return try await Self.build(with: engine, in: folder, environment: [:]) }
            try await Self.withDocker { try await Self.build(with: engine, in: folder, environment: $0) }
        }
    }

    /// The steps run under the number that the script hands on, which without root is a stranger's on the host.
    private static func build(with engine: String, in folder: FilePath, environment more: [String: String]) async throws {
        try await BuildFixture.ready()
        let steps = """
            set -e
            cd /home/conda/feedstock_root
            id
            echo "==> Building recipe"
            echo license > recipe/recipe-scripts-license.txt
            echo run >> build_artifacts/runs
            while [ ! -e build_artifacts/go ]; do sleep 0.1; done
            mkdir -p build_artifacts/linux-64
            echo package > build_artifacts/linux-64/thing-1.0-h0_0.conda
            touch build_artifacts/conda-forge-build-done-$CONFIG
            """
        let fixture = try await ToolFixture.make(
            in: folder, steps: steps,
            change: { script in
                script.replacingOccurrences(of: "run ${DOCKER_RUN_ARGS}", with: "run --user ${HOST_USER_ID} ${DOCKER_RUN_ARGS}")
            })
        // A copy, because a checkout may lie where strangers may not look.
        try FilePath(BuildFixture.shim[0]).copyAll(to: folder.appending("hallmark"))
        _ = try await Command("chown", ["-R", "\(Self.user):\(Self.user)", folder.string]).output()
        let tool = folder.appending("hallmark").string
        let workspace = ["HALLMARK_WORKSPACE": fixture.workspace.string, "GIT_CONFIG_GLOBAL": "/dev/null"].merging(more) { $1 }
        try await Self.makeImage(engine, in: folder, environment: more)

        let opened = try await Self.asUser([tool, "open", fixture.feedstock.string, "--engine", engine], in: folder, environment: workspace)
        #expect(opened.exit == .exited(0), "\(opened.errorText)")
        let first = Task {
            try await Self.asUser(["bash", "-c", "echo $$ > driver; exec \(tool) build"], in: folder, environment: workspace)
        }
        try await fixture.waitForLog("==> Building recipe")
        try #require(folder.appending("driver").exists)
        let driver = try #require(Int32(try folder.appending("driver").text().trimmingCharacters(in: .whitespacesAndNewlines)))
        kill(driver, SIGKILL)
        let killed = try await first.value
        #expect(killed.exit.code == 137, "\(killed.exit) \(killed.outputText) \(killed.errorText)")
        // While the build runs the folder is the container's user's; a file of root's in it could not be given back.
        let go = fixture.feedstock.appending("build_artifacts/go")
        try go.replaceContents(with: "")
        _ = try await Command("chown", ["--reference", go.removingLastComponent().string, go.string]).output()
        let second = try await Self.asUser([tool, "build"], in: folder, environment: workspace)
        #expect(second.exit == .exited(0), "\(second.errorText)")
        #expect(second.errorText.contains("which was running already"))

        let built = try #require(try fixture.journal().last?["details"])
        #expect(built["host"]?["rootless"]?.string == "true")
        #expect(built["artifacts"]?[0]?["sha256"]?.string == ToolFixture.artifactDigest)
        #expect(try fixture.feedstock.appending("build_artifacts/runs").text() == "run\n")
        #expect(!fixture.feedstock.appending("recipe/recipe-scripts-license.txt").exists)
        let record = try fixture.workspace.appending("builds/linux_64_/attempt-1/engine.json").text()
        #expect(record.contains("of the container's user namespace, and back"))
        let strangers = try await Command(
            "find", [fixture.feedstock.string, fixture.workspace.string, "!", "-user", Self.user, "!", "-name", "go"]
        ).output()
        #expect(strangers.isEmpty, "\(strangers)")
        // The process that holds the user's namespace open.
        if engine == "podman" { try await Self.asUser(["podman", "system", "migrate"], in: folder) }
    }
}
