import Files
import Foundation
import Ledger
import Processes
import SystemPackage
import TestSupport
import Testing

/// `hallmark log`: the keeper, the witness and those who watch, with the built program.
@Suite(.timeLimit(.minutes(5)))
struct LogCommandTests {
    @Test func `the keeper takes signatures in, and the evidence alone then carries the artifact`() async throws {
        try await TemporaryDirectory.with { folder in
            let scene = try await Scene(in: folder)
            let artifact = try await scene.package()
            try scene.sign(artifact)
            let unlogged = try await scene.hallmark(1, "verify", artifact.string)
            #expect(unlogged.output.contains("not-logged"))
            let appended = try await scene.keeper(0, "log", "append", scene.ledger, artifact.string)
            // Three versions of the roster come before what is judged by them.
            #expect(appended.output == "\(artifact)\t3,4,5\n")
            try await scene.hallmark(0, "verify", artifact.string)
            let again = try await scene.keeper(0, "log", "append", scene.ledger, artifact.string)
            #expect(again.output == appended.output && again.error.contains("6 entries"))
            let shown = try await scene.hallmark(0, "log", "show", scene.ledger)
            #expect(shown.lines.count == 7 && shown.output.contains("ada") && shown.output.contains("a version of the roster"))
            try await scene.hallmark(0, "log", "verify", scene.ledger)

            // Somebody else, elsewhere, with two files and the pin.
            let elsewhere = folder.appending("elsewhere")
            try elsewhere.createDirectory()
            let name = artifact.lastComponent?.string ?? ""
            let evidence = FilePath(artifact.string + ".evidence")
            try artifact.copyAll(to: elsewhere.appending(name))
            try evidence.copyAll(to: elsewhere.appending("proof"))
            var stranger = Program(home: elsewhere)
            stranger.environment["HALLMARK_ROSTER_PIN"] = scene.pin
            let verified = try await stranger(
                0, "verify", elsewhere.appending(name).string, "--evidence", elsewhere.appending("proof").string, "--facts")
            #expect(verified.output.contains("signed by ada"))
            let bytes = try evidence.contents()
            for index in stride(from: 0, to: bytes.count, by: bytes.count / 7) {
                var changed = bytes
                changed[index] ^= 1
                try elsewhere.appending("proof").replaceContents(with: changed)
                try await stranger(1, "verify", elsewhere.appending(name).string, "--evidence", elsewhere.appending("proof").string)
            }
            stranger.environment["HALLMARK_ROSTER_PIN"] = String(scene.pin.reversed())
            try await stranger(1, "verify", elsewhere.appending(name).string, "--evidence", evidence.string)

            // A document that is withheld is missed, and a stranger's signature is not let in.
            let objects = try FilePath(scene.ledger).appending("objects").children()
            #expect(objects.count == 6)
            try objects[0].removeAll()
            let withheld = try await scene.hallmark(1, "log", "verify", scene.ledger)
            #expect(withheld.output.contains("withheld"))
            let other = try await scene.package("0.2")
            try scene.sign(other, by: try Scene.stranger())
            let refused = try await scene.keeper(2, "log", "append", scene.ledger, other.string)
            #expect(refused.error.contains("key"))
        }
    }

    @Test func `witnesses sign by hand and over HTTP, and their time is the evidence's`() async throws {
        try await TemporaryDirectory.with { folder in
            let scene = try await Scene(in: folder)
            try await scene.hallmark(0, "key", "new", scene.key("w1"), "--ledger", "--passphrase-file", folder.appending("passphrase").string)
            try await scene.hallmark(0, "key", "new", scene.key("w2"), "--ledger", "--passphrase-file", folder.appending("passphrase").string)
            func witness(_ name: String) -> [String] {
                [
                    "log", "witness", "--name", "\(name).example.org", "--witness-key", scene.key(name), "--passphrase-file",
                    folder.appending("passphrase").string, "--witness-state", folder.appending(name).string, "--verifier-key", scene.logKey,
                ]
            }
            let ready = folder.appending("ready")
            let server = try await ServingProcess(
                Program.executable, witness("w2") + ["--serve", "--port", "0", "--ready-file", ready.string],
                environment: scene.hallmark.environment, ready: ready)
            defer { server.stop() }
            let first = try await scene.hallmark.run(witness("w1") + ["--print-key"]).lines[0]
            let second = try await scene.hallmark.run(witness("w2") + ["--print-key"]).lines[0]
            let policy = folder.appending("policy")
            try policy.replaceContents(
                with: "log \(scene.logKey)\nwitness w1 \(first)\nwitness w2 \(second) \(server.address)\ngroup both 2 w1 w2\nquorum both\n")
            let changed = try await scene.hallmark.run(
                ["roster", "policy", "--log-policy", policy.string, "--trusted-time", "yes"] + scene.signing("carol"))
            try #require(changed.code == 0, "\(changed.error)")

            let artifact = try await scene.package()
            try scene.sign(artifact)
            for round in 1...2 {
                if round == 2 { try await scene.keeper(0, "log", "append", scene.ledger, try await signed("0.2", scene).string) }
                try await scene.keeper(0, "log", "append", scene.ledger, artifact.string)
                let unseen = try await scene.hallmark(1, "verify", artifact.string)
                #expect(unseen.output.contains("witness-quorum"))
                // The first is reached by HTTP, which is not enough; the second signs in the folder.
                let half = try await scene.keeper(1, "log", "cosign", scene.ledger)
                #expect(half.error.contains("w2 has signed") && half.error.contains("quorum is not met"), "\(half.error)")
                try await scene.hallmark.run(witness("w1") + [scene.ledger]).expect(0)
                let both = try await scene.keeper(0, "log", "cosign", scene.ledger)
                #expect(both.lines.count == 2)
                try await scene.hallmark(0, "log", "prove", scene.ledger, artifact.string)
                let seen = try await scene.hallmark(0, "verify", artifact.string, "--facts")
                #expect(seen.output.contains("was witnessed by w1, w2"))
            }

            // The log forks behind the witnesses' backs: neither signs, and both notes are shown.
            let fork = try await scene.fork(at: 4)
            let split = try await scene.hallmark.run(witness("w1") + [fork.string])
            #expect(split.code == 1 && (split.error.contains("two faces") || split.error.contains("when it was last seen")), "\(split.error)")
            let late = try await signed("0.3", scene), later = try await signed("0.4", scene)
            for file in [late, later] { try await scene.keeper(0, "log", "append", fork.string, file.string) }
            for _ in 0..<2 {
                let split = try await scene.hallmark.run(witness("w1") + [fork.string])
                #expect(split.code == 1 && split.error.components(separatedBy: "test.invalid/log\n").count == 3, "\(split.error)")
            }
            let remembered = try await scene.hallmark(1, "log", "verify", fork.string)
            #expect(remembered.error.contains("two faces") && remembered.error.components(separatedBy: "test.invalid/log\n").count == 3)
            let verdict = try await scene.hallmark(1, "verify", artifact.string, "--ledger", fork.string)
            #expect(verdict.output.contains("log-split-view"))
        }
    }

    @Test func `a log that goes back is noticed by whoever saw it before`() async throws {
        try await TemporaryDirectory.with { folder in
            let scene = try await Scene(in: folder)
            try await scene.keeper(0, "log", "append", scene.ledger, try await signed("0.1", scene).string)
            let before = folder.appending("before")
            try FilePath(scene.ledger).copyAll(to: before)
            let artifact = try await signed("0.2", scene)
            try await scene.keeper(0, "log", "append", scene.ledger, artifact.string)
            try await scene.hallmark(0, "log", "verify", scene.ledger)
            let back = try await scene.hallmark(1, "log", "verify", before.string)
            #expect(back.error.contains("had 9 entries when it was last seen, and has 6 now"))
            let verdict = try await scene.hallmark(1, "verify", artifact.string, "--ledger", before.string)
            #expect(verdict.output.contains("log-rollback"))
            try await scene.hallmark(0, "log", "verify", before.string, "--no-memory")
        }
    }

    private func signed(_ version: String, _ scene: Scene) async throws -> FilePath {
        let artifact = try await scene.package(version)
        try scene.sign(artifact)
        return artifact
    }
}
