import Conda
import Containers
import Cryptography
import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing
import Workbench

/// Each runs a real script, the real tool as its engine, and real containers; about two seconds a test.
@Suite(.timeLimit(.minutes(10))) struct FeedstockBuildTests {
    @Test func `a script that knows nothing of us builds, and everything about it is recorded`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let feedstock = try BuildFixture.feedstock(in: folder)
            let variantFile = try feedstock.appending(".ci_support/linux_64_.yaml").text()
            let build = BuildFixture.build(feedstock, in: folder)
            let events = Events()
            let outcome = try await build.run { events.append($0) }
            #expect(outcome.isSuccess, "\(String(describing: outcome.failure))")
            #expect(outcome.scriptExit == 0 && outcome.container?.code == 0 && outcome.hasMarker)
            #expect(outcome.artifacts.map(\.name.fileName) == ["thing-1.0-h0_0.conda"])
            #expect(outcome.artifacts.first?.subdir == .linux64)
            #expect(events.phases == ["Start Docker", "Configuring conda", "Building recipe", "Final checks"])
            #expect(outcome.phases.map(\.name) == events.phases)
            // What the build changed in the checkout is as it was.
            #expect(try feedstock.appending(".ci_support/linux_64_.yaml").text() == variantFile)
            #expect(!feedstock.appending(".ci_support/clobber_linux_64_.yaml").exists)
            #expect(!feedstock.appending("recipe/recipe-scripts-license.txt").exists)
            #expect(outcome.restored.count == 3)
            // The record.
            let record = try #require(outcome.record)
            let image = try #require(try await BuildFixture.engine.image(BuildFixture.image))
            #expect(record.image?.id == image.id && record.image?.reference == BuildFixture.image && record.image?.digests == image.digests)
            #expect(record.engine?.kind == .podman)
            #expect(record.asked.contains("--interactive") && !record.ran.contains("--interactive") && !record.ran.contains("--tty"))
            #expect(record.ran.contains(image.id) && record.ran.contains("--network=none") && !record.ran.contains(BuildFixture.image))
            // The environment in the container.
            let seen = try feedstock.appending("build_artifacts/environment-seen").text()
            for line in [
                "UPLOAD_PACKAGES=False", "IS_PR_BUILD=True", "CPU_COUNT=3", "flow_run_id=manual_1", "FEEDSTOCK_NAME=thing-feedstock",
                "remote_url=https://example.org/thing-feedstock", "sha=\(String(repeating: "a", count: 40))",
            ] {
                #expect(seen.split(separator: "\n").contains { $0 == line }, "\(line) is not in \(seen)")
            }
            // The log: complete, each line with time and stream.
            let lines = try build.logFile.text().split(separator: "\n")
            #expect(lines.count == outcome.log.lineCount)
            #expect(lines.allSatisfy { BuildLogLine(parsing: $0) != nil })
            #expect(lines.contains { $0.hasSuffix(" err warning: something") })
            #expect(lines.contains { $0.hasSuffix(" out ==> Building recipe") })
            #expect(try FileDigests.compute(build.logFile).sha256 == outcome.log.sha256)
            // Nothing is left, and nothing is repeated.
            #expect(try await BuildFixture.engine.container(build.containerName) == nil)
            #expect(try await build.run() == outcome)
        }
    }

    @Test func `a token in our environment is in no container, log, record or file`() async throws {
        try await BuildFixture.ready()
        let secret = "planted-\(UInt64.random(in: 1...UInt64.max))"
        for name in ["BINSTAR_TOKEN", "FEEDSTOCK_TOKEN", "STAGING_BINSTAR_TOKEN", "HALLMARK_TOKEN"] { setenv(name, secret, 1) }
        defer { for name in ["BINSTAR_TOKEN", "FEEDSTOCK_TOKEN", "STAGING_BINSTAR_TOKEN", "HALLMARK_TOKEN"] { unsetenv(name) } }
        try await TemporaryDirectory.with { folder in
            // A build that found the secret elsewhere and prints it.
            let feedstock = try BuildFixture.feedstock(in: folder, steps: "cat /home/conda/feedstock_root/leak; env\n" + BuildFixture.goodSteps)
            try feedstock.appending("leak").replaceContents(with: "the token is \(secret) and https://user:\(secret)@example.org/t/abcdefgh1234/x\n")
            var build = BuildFixture.build(feedstock, in: folder)
            // A proxy's password is as much of a secret; a proxy without one is what the build may need.
            build.environment["HTTP_PROXY"] = "http://user:\(secret)@proxy.invalid:3128"
            build.environment["https_proxy"] = "http://proxy.invalid:3129"
            let outcome = try await build.run()
            #expect(outcome.isSuccess)
            #expect(outcome.record?.ran.contains("--http-proxy=false") == true)
            #expect(outcome.record?.ran.contains("--env=https_proxy=http://proxy.invalid:3129") == true)
            #expect(try build.logFile.text().contains("the build does not see HTTP_PROXY"))
            try feedstock.appending("leak").removeAll()
            // Podman's own log holds what the container printed; ours does not.
            try build.folder.appending("container.log").removeAll()
            #expect(try build.logFile.text().contains("the token is [secret]"))
            let found = try await Command("grep", ["-r", "-l", secret, folder.string]).run().outputText
            #expect(found.isEmpty)
            #expect(outcome.record?.ran.contains { $0.contains("TOKEN") } == false)
        }
    }

    @Test func `a failing build says why, keeps the broken package, and puts the checkout back`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let feedstock = try BuildFixture.feedstock(
                in: folder,
                steps: """
                    cd /home/conda/feedstock_root; echo x >> .ci_support/linux_64_.yaml
                    mkdir -p build_artifacts/broken; echo p > build_artifacts/broken/thing-1.0-h0_0.conda
                    echo "TESTS FAILED: thing-1.0-h0_0.conda"; exit 1
                    """)
            let outcome = try await BuildFixture.build(feedstock, in: folder).run()
            #expect(outcome.failure == .testsFailed(packages: ["thing-1.0-h0_0.conda"]))
            #expect(outcome.broken.count == 1 && outcome.artifacts.isEmpty && !outcome.hasMarker)
            #expect(outcome.container?.code == 1)
            #expect(try feedstock.appending(".ci_support/linux_64_.yaml").text() == "target_platform:\n- linux-64\n")
        }
    }

    @Test(arguments: [
        ("exit 3", "other"), ("echo 'x: No space left on device'; exit 1", "diskFull"),
        ("echo 'Could not resolve host: example.org'; exit 6", "noNetwork"),
        ("echo 'c++: fatal error: Killed signal terminated program cc1plus'; exit 1", "outOfMemory"), ("exit 0", "noMarker"), ("exit 137", "killed"),
    ])
    func `the reason of a failure is told from what is known`(steps: String, reason: String) async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let outcome = try await BuildFixture.build(try BuildFixture.feedstock(in: folder, steps: steps), in: folder).run()
            let name: String =
                switch outcome.failure {
                case .other(let code, _): code == 3 ? "other" : "other \(code)"
                case .diskFull: "diskFull"
                case .noNetwork: "noNetwork"
                case .outOfMemory(false, _, jobs: 3): "outOfMemory"
                case .noMarker: "noMarker"
                case .killed: "killed"
                default: "\(String(describing: outcome.failure))"
                }
            #expect(name == reason)
        }
    }

    @Test func `a build at its memory limit is recognised, with the jobs to try`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            var build = BuildFixture.build(try BuildFixture.feedstock(in: folder, steps: "exec tail -c 200m /dev/zero"), in: folder)
            build.limits = .init(memory: 24 << 20)
            let outcome = try await build.run()
            guard case .outOfMemory(_, _, let jobs) = outcome.failure else {
                Issue.record("\(String(describing: outcome.failure))")
                return
            }
            #expect(jobs == 3)
            #expect(outcome.failure?.hint?.contains("--jobs 1") == true)
        }
    }

    @Test func `a missing image and another image than the planned one start no container`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let feedstock = try BuildFixture.feedstock(in: folder)
            let missing = try await BuildFixture.build(feedstock, in: folder.appending("a"), image: "localhost/hallmark-tests/none:1").run()
            #expect(!missing.isSuccess && missing.container == nil)
            var changed = BuildFixture.build(feedstock, in: folder.appending("b"))
            changed.imageID = "sha256:" + String(repeating: "0", count: 64)
            let outcome = try await changed.run()
            #expect(!outcome.isSuccess && outcome.container == nil)
        }
    }

    @Test func `a variant with a name of more than 200 characters is built`() async throws {
        try await BuildFixture.ready()
        let variant = "linux_64_" + String(repeating: "c_compiler_version13", count: 10)
        #expect(variant.utf8.count > 200)
        #expect(FeedstockBuild.shortName(of: variant).utf8.count < 60)
        #expect(FeedstockBuild.shortName(of: variant) != FeedstockBuild.shortName(of: variant + "a"))
        try await TemporaryDirectory.with { folder in
            let feedstock = try BuildFixture.feedstock(in: folder, variant: variant)
            let outcome = try await BuildFixture.build(feedstock, in: folder, variant: variant).run()
            #expect(outcome.isSuccess, "\(String(describing: outcome.failure))")
        }
    }

    @Test func `a folder with spaces in its name does no harm`() async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let feedstock = try BuildFixture.feedstock(in: folder)
            let build = BuildFixture.build(feedstock, in: folder.appending("a work space"))
            let outcome = try await build.run()
            #expect(outcome.isSuccess, "\(String(describing: outcome.failure))")
            let left = try FilePath(FileManager.default.temporaryDirectory.path).children().filter { $0.string.contains(build.containerName) }
            #expect(left.isEmpty)
        }
    }

    @Test func `a variant or a script that is not there is named`() async throws {
        try await TemporaryDirectory.with { folder in
            let feedstock = try BuildFixture.feedstock(in: folder)
            let path = feedstock.appending(".ci_support/osx_64_.yaml")
            await #expect(throws: BuildError.noSuchVariant("osx_64_", path)) {
                try await BuildFixture.build(feedstock, in: folder, variant: "osx_64_").run()
            }
            try feedstock.appending(".scripts").removeAll()
            await #expect(throws: BuildError.noScript(feedstock.appending(".scripts/run_docker_build.sh"))) {
                try await BuildFixture.build(feedstock, in: folder).run()
            }
        }
    }
}
