import Containers
import Files
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
}
