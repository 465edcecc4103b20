import Basics
import Containers
import Cryptography
import Files
import Foundation
import JSONReading
import Processes
import SystemPackage
import TestSupport
import Testing
import Workbench

@Suite(.timeLimit(.minutes(10))) struct KeptContainerTests {
    @Test func `a failed build's container is kept when asked for, and can be entered with its files and mounts`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            var build = BuildFixture.build(
                try BuildFixture.feedstock(in: folder, steps: "echo half done > /tmp/state; echo failing; exit 2"), in: folder)
            build.keepsFailedContainer = true
            let outcome = try await build.run()
            #expect(!outcome.isSuccess)
            #expect(try await build.engine.container(build.containerName)?.state == .exited)
            let kept = try #require(try await KeptContainer(of: build.recordFile, in: build.engine))
            var shell = try await kept.enter(with: ["sh", "-c", "cat /tmp/state; ls /home/conda/feedstock_root; echo $CONFIG $UPLOAD_PACKAGES"])
            #expect(shell.arguments.contains("--tty"))
            shell.arguments.removeAll { $0 == "--tty" || $0 == "--interactive" }
            let said = try await shell.output()
            #expect(said.contains("half done") && said.contains("recipe") && said.contains("linux_64_ False"))
            try await kept.discard()
            #expect(try await build.engine.container(build.containerName) == nil)
            #expect(try await KeptContainer(of: build.recordFile, in: build.engine) == nil)
            #expect(try await build.engine.image("localhost/hallmark/kept:\(build.containerName)") == nil)
        }
    }

    @Test func `a failed build is entered, mended and continued in its own container, and what was done is not done again`() async throws {
        try await TemporaryDirectory.with { folder in
            let steps = """
                set -e
                cd /home/conda/feedstock_root
                if [ ! -e /tmp/compiled ]; then echo "==> Compiling"; sleep 1; echo compiled >> build_artifacts/compiled; touch /tmp/compiled; fi
                echo "==> Testing"
                if [ ! -e build_artifacts/mended ]; then echo "the test needs mending"; exit 3; fi
                """
            let fixture = try await ToolFixture.make(in: folder, steps: steps + "\n" + BuildFixture.goodSteps)
            try await fixture.hallmark("open", fixture.feedstock.string)
            let nothing = try await fixture.hallmark("build", "--shell")
            #expect(nothing.exit == .exited(2))
            let failed = try await fixture.hallmark("build", "--keep")
            #expect(failed.exit == .exited(1) && failed.errorText.contains("build --continue"), "\(failed.errorText)")
            let shell = try await fixture.hallmark(
                "build", "--shell", input: "ls /tmp; echo $CONFIG; touch /home/conda/feedstock_root/build_artifacts/mended; exit 0\n")
            #expect(shell.exit == .exited(0) && shell.outputText.contains("compiled") && shell.outputText.contains("linux_64_"), "\(shell.errorText)")
            let continued = try await fixture.hallmark("build", "--continue")
            #expect(continued.exit == .exited(0), "\(continued.errorText)")
            #expect(try fixture.feedstock.appending("build_artifacts/compiled").text() == "compiled\n")
            #expect(try fixture.events().suffix(4) == ["buildStarted", "buildFailed", "buildStarted", "built"])
            let built = try #require(try fixture.journal().last?["details"])
            #expect(built["attempt"]?.integer == 1 && built["continues"]?.integer == 1)
            #expect(built["artifacts"]?[0]?["sha256"]?.string == ToolFixture.artifactDigest)
            // Each run's phases with their own time, in the record and on the screen.
            let phases = (built["phases"]?.array ?? []).filter { $0["name"]?.string == "Compiling" }
            let seconds = phases.map { phase in
                if case .number(let value)? = phase["seconds"] { value } else { Double(phase["seconds"]?.integer ?? 0) }
            }
            #expect(seconds.count == 1 && (seconds.first ?? 0) >= 0.9, "\(seconds)")
            let shown = continued.errorText.split(separator: "\n").first { $0.hasPrefix("  Compiling ") }
            #expect(shown != nil && shown?.hasSuffix(" 0.0 s") == false, "\(continued.errorText)")
            // One log of both runs, from the first line on.
            let log = try await fixture.hallmark("logs").outputText
            #expect(log.components(separatedBy: "==> Testing").count == 3 && log.components(separatedBy: "==> Compiling").count == 2)
            // Neither the container nor the image that was entered is left.
            let id = try fixture.workspaceID()
            #expect(try await BuildFixture.engine.containers(label: "org.conda-hallmark.workspace", value: id).isEmpty)
            let images = try await Command(
                "podman", ["images", "--quiet", "--filter", "label=org.conda-hallmark.workspace=\(id)"],
                environment: .inherited(adding: TinyImage.podmanEnvironment)
            ).output()
            #expect(images.isEmpty)
            #expect(try await fixture.hallmark("build", "--continue").errorText.contains("done before"))
        }
    }

    /// conda-build itself is no package of this test's machines; what stands for it says what it was told, and does with its folders as
    /// conda-build 26.3.0 was seen to do.
    @Test func `conda-build goes on in its work folder in a container that is started again, and begins anew in another`() async throws {
        let builder = "localhost/hallmark/builder:11"
        try #require(try await BuildFixture.engine.image(builder) != nil, "docker/make-images.sh builder makes it")
        try await TemporaryDirectory.with { folder in
            let feedstock = try BuildFixture.feedstock(in: folder)
            try feedstock.appending("recipe/recipe.yaml").removeAll()
            try feedstock.appending("recipe/meta.yaml").replaceContents(with: "package:\n  name: thing\n  version: '1.0'\n")
            let tool = folder.appending("conda-build")
            try tool.replaceContents(
                with: """
                    #!/bin/sh
                    cd /home/conda/feedstock_root/build_artifacts
                    case " $* " in *" --dirty "*) echo dirty ;; *) echo fresh ;; esac >>calls
                    # As conda-build does: the work folder is used again, and moved aside before the tests.
                    work=thing_1795295737104/work
                    mkdir -p $work
                    if [ -e $work/compiled ]; then echo "nothing to compile" >>calls; else touch $work/compiled; fi
                    mv $work ${work}_moved_thing-1.0-h0_0_linux-64
                    mkdir $work
                    [ -e mended ] || { echo "a test that needs mending"; exit 1; }
                    rm -r thing_*
                    mkdir -p linux-64
                    echo package >linux-64/thing-1.0-h0_0.conda
                    """, permissions: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
            var build = BuildFixture.build(feedstock, in: folder, image: builder)
            build.script = Repository.root.pushing("docker/run_docker_build.sh")
            build.environment["CONDA_FORGE_DOCKER_RUN_ARGS"] = "-v \(tool):/usr/local/bin/conda-build:ro"
            build.keepsFailedContainer = true
            #expect(try await !build.run().isSuccess)
            let calls = feedstock.appending("build_artifacts/calls")
            #expect(try calls.text() == "fresh\n")
            try feedstock.appending("build_artifacts/mended").replaceContents(with: "")
            let outcome = try await build.continueKept()
            #expect(outcome.isSuccess, "\(String(describing: outcome.failure))")
            #expect(try calls.text() == "fresh\ndirty\nnothing to compile\n")
            build.folder = folder.appending("builds/2")
            build.runID = "manual_2"
            #expect(try await build.run().isSuccess)
            #expect(try calls.text() == "fresh\ndirty\nnothing to compile\nfresh\n")
        }
    }

    @Test func `a log is kept compressed, by its digest, and stock zstd reads it`() async throws {
        try await TemporaryDirectory.with { folder in
            let fixture = try await ToolFixture.make(in: folder, steps: "seq 1 5000\n" + BuildFixture.goodSteps)
            try await fixture.hallmark("open", fixture.feedstock.string)
            #expect(try await fixture.hallmark("build").exit == .exited(0))
            let built = try #require(try fixture.journal().last?["details"])
            let plain = fixture.workspace.appending(try #require(built["log"]?["path"]?.string))
            let compressed = fixture.workspace.appending(try #require(built["compressedLog"]?["path"]?.string))
            #expect(!plain.exists && compressed.exists)
            #expect(try FileDigests.compute(compressed).sha256.hexadecimal == built["compressedLog"]?["sha256"]?.string)
            let text = folder.appending("text")
            _ = try await Command("zstd", ["-d", "-q", "-o", text.string, compressed.string]).output()
            #expect(try FileDigests.compute(text).sha256.hexadecimal == built["log"]?["sha256"]?.string)
            #expect(try compressed.byteCount() * 4 < text.byteCount())
            #expect(try await fixture.hallmark("logs").outputText.contains("\n5000\n"))
            #expect(built["samples"]?["sha256"] != nil)
        }
    }
}
