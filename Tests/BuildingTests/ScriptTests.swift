import Conda
import Containers
import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing
import Workbench

/// Scripts as different as conda-smithy's versions differ, written from what they promise.
@Suite(.timeLimit(.minutes(10))) struct ScriptTests {
    /// The first ones: `docker` by its name, the steps on its standard input, no `pull`, no marker, and the other spelling of the folder.
    static let oldest = """
        #!/usr/bin/env bash
        FEEDSTOCK_ROOT=$(cd "$(dirname "$0")/.."; pwd;)
        RECIPE_ROOT=$FEEDSTOCK_ROOT/recipe
        docker info
        mkdir -p $FEEDSTOCK_ROOT/build_artefacts
        cat << EOF | docker run -i \\
                                -v ${RECIPE_ROOT}:/recipe_root \\
                                -v ${FEEDSTOCK_ROOT}:/feedstock_root \\
                                -a stdin -a stdout -a stderr \\
                                ${DOCKER_IMAGE} \\
                                sh || exit 1
        set -e
        echo "steps from a pipe"
        export BINSTAR_TOKEN=${BINSTAR_TOKEN}
        mkdir -p /feedstock_root/build_artefacts/linux-64
        echo package > /feedstock_root/build_artefacts/linux-64/thing-1.0-h0_0.tar.bz2
        EOF
        """

    /// Podman by its name, and a literal marker test; `--rm` and limits of the feedstock's own.
    static let podman = BuildFixture.dockerScript
        .replacingOccurrences(of: "${DOCKER_EXECUTABLE:-docker}", with: "${DOCKER_EXECUTABLE:-podman}")
        .replacingOccurrences(
            of: "run ${DOCKER_RUN_ARGS}", with: "run ${DOCKER_RUN_ARGS} --rm --memory=256m -eEXTRA=1 --security-opt seccomp=unconfined")

    private func build(_ script: String, in folder: FilePath) throws -> FeedstockBuild {
        let feedstock = try BuildFixture.feedstock(in: folder)
        try feedstock.appending(".scripts/run_docker_build.sh").replaceContents(with: script)
        return BuildFixture.build(feedstock, in: folder)
    }

    @Test func `the oldest scripts, which pipe their steps into docker, are built through the shim`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let build = try build(Self.oldest, in: folder)
            let outcome = try await build.run()
            let log = try build.logFile.text()
            #expect(outcome.isSuccess, "\(String(describing: outcome.failure)) \(log)")
            #expect(outcome.artifacts.map(\.name.fileName) == ["thing-1.0-h0_0.tar.bz2"])
            #expect(log.contains("out steps from a pipe"))
            #expect(outcome.record?.image?.reference == BuildFixture.image)
        }
    }

    @Test func `a script's own limits win, and its --rm does not take the container's end away`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            var build = try build(Self.podman, in: folder)
            build.limits = .init(memory: 64 << 20)
            let outcome = try await build.run()
            #expect(outcome.isSuccess, "\(String(describing: outcome.failure))")
            let ran = try #require(outcome.record?.ran)
            #expect(ran.contains("--memory=256m") && !ran.contains("--memory=67108864b") && !ran.contains("--rm"))
            #expect(ran.contains("--env=EXTRA=1") && ran.contains("--security-opt=seccomp=unconfined"))
            #expect(outcome.container?.code == 0)
        }
    }

    @Test func `a script's pull of an image that is not here asks its registry, and the record says so`() async throws {
        try await BuildFixture.ready()
        try await LoopbackRegistry.with { address, environment, folder in
            let reference = "\(address)/tests/tiny:1"
            _ = try await Command(
                "podman", ["push", "--quiet", BuildFixture.image, "docker://\(reference)"], environment: .inherited(adding: environment)
            ).output()
            let engine = Engine(
                kind: .podman, environment: environment,
                options: ["--root", folder.appending("root").string, "--runroot", folder.appending("run").string, "--storage-driver", "overlay"])
            let build = BuildFixture.build(try BuildFixture.feedstock(in: folder), in: folder, image: reference, engine: engine)
            let outcome = try await build.run()
            #expect(outcome.isSuccess, "\(String(describing: outcome.failure))")
            let image = try #require(outcome.record?.image)
            #expect(image.isPulled && image.reference == reference && image.digests.contains { $0.hasPrefix("sha256:") })
            #expect(image.id == (try await BuildFixture.engine.image(BuildFixture.image))?.id)
            // The storage driver leaves its own folder mounted.
            _ = try await Command("umount", ["--lazy", folder.appending("root/overlay").string]).run()
        }
    }

    @Test func `a container killed from outside is a failed build`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let build = BuildFixture.build(try BuildFixture.feedstock(in: folder, steps: ResumeTests.slowSteps), in: folder)
            let (seen, continuation) = AsyncStream<Void>.makeStream()
            let driver = Task { try await build.run { event in if case .line(let line) = event, line.text == "step 2" { continuation.yield() } } }
            for await _ in seen { break }
            try await BuildFixture.engine.kill(build.containerName, signal: 9)
            let outcome = try await driver.value
            #expect(outcome.failure == .killed)
            #expect(outcome.container?.code == 137)
        }
    }

    @Test func `a script that is killed does not take its container along, and the build goes on`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let build = BuildFixture.build(try BuildFixture.feedstock(in: folder, steps: ResumeTests.slowSteps), in: folder)
            let (seen, continuation) = AsyncStream<Void>.makeStream()
            let driver = Task { try await build.run { event in if case .line(let line) = event, line.text == "step 2" { continuation.yield() } } }
            for await _ in seen { break }
            let pids = try await Command("pgrep", ["-f", build.folder.appending("shim.json").string]).output().split(separator: "\n")
            #expect(!pids.isEmpty)
            for pid in pids { _ = try await Command("kill", ["-9", String(pid)]).run() }
            try build.feedstock.appending("go").replaceContents(with: "")
            let outcome = try await driver.value
            #expect(outcome.isSuccess && outcome.isResumed, "\(String(describing: outcome.failure))")
            let lines = try build.logFile.text().split(separator: "\n").compactMap { BuildLogLine(parsing: $0) }
            #expect(lines.filter { $0.text.hasPrefix("step ") }.map(\.text) == (1...20).map { "step \($0)" })
        }
    }
}
