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

@Suite(.timeLimit(.minutes(3))) struct KeptContainerTests {
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
                if [ ! -e /tmp/compiled ]; then echo "==> Compiling"; echo compiled >> build_artifacts/compiled; touch /tmp/compiled; fi
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
