import Cryptography
import Files
import Foundation
import Ledger
import SystemPackage
import TestSupport
import Testing

/// A ledger behind a plain web server, read by the built program.
@Suite(.timeLimit(.minutes(5)))
struct LedgerMirrorTests {
    @Test func `a ledger behind HTTP is read whole, and nothing of its server is believed`() async throws {
        try await TemporaryDirectory.with { folder in
            let scene = try await Scene(in: folder)
            let artifact = try await scene.package()
            try scene.sign(artifact)
            try await scene.keeper(0, "log", "append", scene.ledger, artifact.string)
            let ready = folder.appending("web-ready")
            let server = try await ServingProcess(
                Repository.root.pushing(".tools/venv/bin/python"),
                [Repository.root.pushing("Tests/Judges/static_server.py").string, ready.string, folder.string], ready: ready)
            defer { server.stop() }
            let ledger = server.address + "/ledger"

            let shown = try await scene.hallmark(0, "log", "show", ledger)
            #expect(shown.lines.count == 7 && shown.output.contains("a version of the roster") && !shown.output.contains("withheld"))
            try await scene.hallmark(0, "log", "verify", ledger)
            try await scene.hallmark(0, "verify", artifact.string, "--ledger", ledger)
            try await scene.hallmark(0, "verify", artifact.string, "--evidence", artifact.string + ".evidence", "--ledger", ledger)

            // A copy from before the withdrawal, and the ledger from after it.
            let before = folder.appending("before")
            try artifact.removingLastComponent().copyAll(to: before)
            let copy = before.appending(artifact.lastComponent?.string ?? "").string
            try await scene.keeper.run(
                ["withdraw", artifact.string, "--reason", "the TLS backend is missing", "--ledger", scene.ledger] + scene.signing("dave")
            ).expect(0)
            let asked = try await scene.hallmark(1, "verify", copy, "--ledger", ledger)
            #expect(asked.output.contains("withdrawn by dave"))

            // What a reader has fetched into his cache is no better than what the server gives.
            let tiles = try folder.pushing(".cache/hallmark/ledgers").children().map { $0.pushing("tile/entries/000.p/7") }
            let cached = try #require(tiles.first { $0.exists })
            try cached.replaceContents(with: "spoiled")
            let healed = try await scene.hallmark(1, "verify", copy, "--ledger", ledger)
            #expect(healed.output.contains("withdrawn by dave"))

            // A server that lacks, spoils, withholds or bloats something gets no yes, and neither does none.
            let path = FilePath(scene.ledger)
            for (name, bytes) in [
                ("tile/entries/000.p/7", Data("spoiled".utf8)), ("tile/entries/000.p/7", nil), ("tile/0/000.p/7", Data(count: 7 * 32)),
                ("checkpoint", Data("spoiled".utf8)), ("checkpoint", Data(count: 2 << 20)), ("tile/0/000.p/7", Data(count: 64 << 10)),
            ] as [(String, Data?)] {
                let file = path.appending(name)
                let good = try file.contents()
                if let bytes { try file.replaceContents(with: bytes) } else { try file.removeAll() }
                try folder.pushing(".cache").removeAll()
                let answer = try await scene.hallmark.run(["verify", copy, "--ledger", ledger])
                #expect(answer.code == 2, "\(name) \(bytes?.count ?? 0)\n\(answer.output)\n\(answer.error)")
                try file.replaceContents(with: good)
            }
            for object in try path.appending("objects").children() {
                let good = try object.contents()
                try object.replaceContents(with: "{}")
                try folder.pushing(".cache").removeAll()
                #expect(try await scene.hallmark.run(["verify", copy, "--ledger", ledger]).code != 0)
                try object.replaceContents(with: good)
            }
            try await scene.hallmark(2, "verify", copy, "--ledger", server.address + "/nowhere")
            #expect(try await scene.hallmark(1, "verify", copy, "--ledger", ledger).output.contains("withdrawn by dave"))
        }
    }
}
