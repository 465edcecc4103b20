import Files
import Foundation
import JSONReading
import Processes
import SystemPackage
import TestSupport
import Testing

/// The main job from the feedstock to `main`, with the built programs, real containers, a real server and a real client.
@Suite(.serialized, .timeLimit(.minutes(20)))
struct MainJobTests {
    @Test func `a real package goes from its feedstock to main, and nothing gets past what it must pass`() async throws {
        try await TemporaryDirectory.with(in: Repository.scratch()) { folder in
            var scene = try await Scene.make(in: folder)
            let serving = try await scene.serve()
            defer { serving.stop() }
            let hallmark = scene.hallmark

            try await hallmark.expecting(
                0, "open", scene.feedstock.string, "--reason", "time", "--pull-request", "https://github.com/conda-forge/zstd-feedstock/pull/1",
                "--server", serving.address, "--owner", "demo", "--staging", "demo-staging")
            try await hallmark.expecting(64, "build", "--jobs", "many")
            let unknown = try await hallmark.expecting(2, "build", "linux_64_zstd_threadsmulty")
            #expect(unknown.error.contains("did you mean") && unknown.error.contains("threadsmulti"))

            // One variant is enough here; the demonstration builds both.
            let built = try await hallmark.expecting(0, "build", "linux_64_zstd_threadsmulti")
            #expect(built.lines.count == 1)
            let again = try await hallmark.expecting(0, "build", "linux_64_zstd_threadsmulti")
            #expect(again.error.contains("done before") && again.lines == built.lines)

            try await hallmark.expecting(2, "matrix", "run")
            try await hallmark.expecting(0, "embed")
            try await hallmark.expecting(2, "sign", "--key", scene.key("ada"), "--passphrase-file", scene.passphrase("ada"))
            // Killed in the middle of what it writes down, it goes on with what is left.
            var dying = hallmark
            dying.environment.merge(try await JournalKiller.make(in: folder).variables(line: 2, "half")) { $1 }
            let cut = try await dying.run(["matrix", "run"])
            #expect(cut.exit == .signalled(SIGKILL))
            let matrix = try await hallmark.expecting(0, "matrix", "run", "--format", "json")
            #expect(matrix.error.components(separatedBy: "done before").count > 5)
            let outcomes = try scene.outcomes(matrix.output)
            #expect(outcomes["debian-11"] == "passed" && outcomes["debian-12"] == "passed" && outcomes["debian-13"] == "passed")
            #expect(outcomes["debian-sid"] == "passed" && outcomes["musl"] == "uninstallable")
            #expect(outcomes["fedora-42"] == "unavailable")
            let plan = try await hallmark.expecting(0, "matrix", "plan")
            #expect(plan.lines.contains { $0.hasPrefix("windows-10") && $0.contains("unavailable") })
            #expect(plan.lines.contains { $0.hasPrefix("macos-10.11") && $0.contains("unavailable") })
            let second = try await hallmark.expecting(0, "matrix", "run")
            #expect(second.error.components(separatedBy: "done before").count > 5)
            let cells = try scene.events("cellFinished").compactMap { $0["cell"]?.string }
            let finished = try scene.events("matrixFinished").count
            #expect(Set(cells).count == cells.count && cells.count > 15 && finished == 1, "\(cells)")

            // A key that the roster does not know signs nothing, and a wrong passphrase opens no key.
            let stranger = try await hallmark.expecting(
                2, "sign", "--key", scene.key("mallory"), "--passphrase-file", scene.passphrase("mallory"))
            #expect(stranger.error.contains("the roster does not know the key"))
            let locked = try await hallmark.expecting(2, "sign", "--key", scene.key("ada"), "--passphrase-file", scene.passphrase("grace"))
            #expect(locked.error.contains("does not open this key"))
            let signed = try await hallmark.expecting(0, "sign", "--key", scene.key("ada"), "--passphrase-file", scene.passphrase("ada"))
            let artifact = FilePath(try #require(signed.lines.first))
            let openssl = try await Command(
                "openssl", ["dgst", "-sha256", "-verify", scene.key("ada") + ".pub.pem", "-signature", artifact.string + ".sig", artifact.string]
            ).run()
            #expect(openssl.exit == .exited(0))
            try await hallmark.expecting(0, "verify", artifact.string)
            try await scene.expectFlippedBytesAreNamed(beside: artifact)
            try await scene.expectExplanationRuns(for: artifact)

            let wrong = try await hallmark.expecting(
                2, "upload", "--upload-token-file", try scene.wrongToken(), "--token-file", scene.token("demo.evidence"), "--feedstock-token-file",
                scene.token("zstd.feedstock"))
            #expect(wrong.error.contains("token"))
            let upload = [
                "upload", "--upload-token-file", scene.token("demo-staging.upload"), "--token-file", scene.token("demo.evidence"),
                "--feedstock-token-file", scene.token("zstd.feedstock"),
            ]
            dying.environment["KILL_AT"] = "1"
            let late = try await dying.run(upload)
            #expect(late.exit == .signalled(SIGKILL))
            let uploaded = try await hallmark.run(upload)
            #expect(uploaded.code == 0 && uploaded.error.contains("there already"), "\(uploaded.error)")
            #expect(uploaded.output.contains("/demo/label/manual/linux-64/"))
            let uploadedAgain = try await hallmark.run(upload)
            let uploads = try scene.events("uploaded").count
            #expect(uploadedAgain.code == 0 && uploadedAgain.error.contains("there already") && uploads == 1)

            try await hallmark.expecting(
                0, "retest", "--subdir", "linux-64", "--cell", "debian-1*", "--into", folder.appending("retest").string, "--junit",
                folder.appending("retest.xml").string)
            let suite = "<testsuite name=\"\(artifact.lastComponent?.string ?? "")\" tests=\"3\" failures=\"0\" errors=\"0\" skipped=\"0\""
            let junit = try folder.appending("retest.xml").text()
            #expect(junit.contains(suite), "\(junit.prefix(400))")
            let downloaded = folder.pushing("retest/linux-64").appending(artifact.lastComponent?.string ?? "")
            try await hallmark.expecting(0, "verify", downloaded.string, "--target", serving.address + "/demo/label/manual")
            try await hallmark.expecting(1, "verify", downloaded.string, "--release")

            let refused = try await hallmark.expecting(1, "promote", downloaded.string, "--token-file", scene.token("demo.promote"))
            #expect(refused.error.contains("review-threshold"))
            let own = try await hallmark.expecting(
                2, "review", downloaded.string, "--yes", "--key", scene.key("ada"), "--passphrase-file", scene.passphrase("ada"))
            #expect(own.error.contains("self-review"))
            try await hallmark.expecting(
                0, "review", downloaded.string, "--yes", "--key", scene.key("grace"), "--passphrase-file", scene.passphrase("grace"),
                "--token-file", scene.token("demo.evidence"))
            try await hallmark.expecting(0, "verify", downloaded.string, "--release")
            try await hallmark.expecting(
                0, "promote", downloaded.string, "--key", scene.key("grace"), "--passphrase-file", scene.passphrase("grace"), "--token-file",
                scene.token("demo.promote"))

            let installed = try await Command(
                .path(Repository.root.pushing(".tools/venv/bin/python")),
                [
                    Repository.root.pushing("scripts/install-from-channel.py").string, serving.address + "/demo", "zstd",
                    folder.appending("prefix").string,
                ]
            ).run()
            #expect(installed.exit == .exited(0), "\(installed.errorText)")
            let version = try await Command(.path(folder.pushing("prefix/bin/zstd")), ["--version"]).run()
            #expect(version.outputText.contains("v1."))

            try await hallmark.expecting(0, "report", "--summary", folder.appending("summary.json").string)
            let report = try scene.workspace.appending("report.html").text()
            #expect(report.contains("debian-11") && report.contains("grace"))
            let status = try await hallmark.expecting(0, "status", "--format", "json")
            #expect(status.output.contains("\"promoted\""))

            // The core takes it back: the journal knows, and neither the program nor the server would promote it again.
            try await hallmark.expecting(
                0, "withdraw", downloaded.string, "--reason", "only a rehearsal", "--key", scene.key("carol"), "--passphrase-file",
                scene.passphrase("carol"), "--token-file", scene.token("demo.evidence"))
            let withdrawn = try await hallmark.expecting(0, "status", "--format", "json")
            #expect(withdrawn.output.contains("\"withdrawn\""))
            let never = try await hallmark.expecting(1, "promote", downloaded.string, "--token-file", scene.token("demo.promote"))
            #expect(never.error.contains("withdrawn by carol: only a rehearsal"), "\(never.error)")
            try scene.expectNoSecretIsLeft(in: scene.workspace)
        }
    }
}
