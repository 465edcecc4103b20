import Basics
import Conda
import Cryptography
import Files
import Foundation
import Processes
import Provenance
import Roster
import SystemPackage
import Testing
import Verification

@Suite struct ExplanationTests {
    @Test func `what it prints runs with stock tools, and fails where a byte was changed`() async throws {
        try await TemporaryDirectory.with { folder in
            var world = try World(in: folder)
            try world.requireCoreOfTwo()
            try world.amend(after: 500) { $0.people["erin"] = .init() }
            world.witnessTime = World.start.adding(seconds: 5000)
            try world.completeRelease()
            world.unlogged = [Envelope(payloadType: "x\nfalse", payload: Data(), signatures: [(try world.signer("bob").publicKey.keyID, Data([1]))])]
            try world.write()
            let explanation = try world.verifier().explain(try Evidence.collect(for: world.artifact))
            // Two versions of the roster, the artifact, seven envelopes, and a comment on what does not count.
            #expect(explanation.checks.count == 11)
            let roster = folder.appending("roster")
            try roster.createDirectory()
            for (index, version) in world.roster.enumerated() {
                try roster.appending("\(index + 1).json").replaceContents(with: version.line + [0x0A])
            }
            func run(_ explanation: Explanation) async throws -> ProcessResult {
                try await Command("sh", [], workingDirectory: folder, input: Array(explanation.script.utf8), timeout: .seconds(60)).run()
            }
            let good = try await run(explanation)
            #expect(good.exit.isSuccess, "\(good.errorText)")
            // Each version of the roster has two signatures.
            #expect(good.outputText.split(separator: "\n").filter { $0 == "Verified OK" }.count == 12)
            #expect(good.outputText.contains("Version 1 of the roster\n") && good.outputText.contains("Version 2 of the roster\n"))
            #expect(good.outputText.split(separator: "\n").filter { $0 == "In the log" }.count == 7)
            #expect(good.outputText.split(separator: "\n").filter { $0 == "Witnessed by w at 1790005000 seconds after 1970" }.count == 7)

            // In a version of the roster: what it says, who signed it, and one signature of two.
            for number in 1...2 {
                let path = roster.appending("\(number).json")
                let bytes = try path.contents()
                let envelope = world.roster[number - 1]
                let signatures = try envelope.signatures.map { (key: try KeyID(parsing: $0.keyHint), bytes: $0.bytes) }
                let said = String(decoding: envelope.payload, as: UTF8.self).replacing("\"threshold\":2", with: "\"threshold\":1")
                let bad = [
                    Envelope(payloadType: envelope.payloadType, payload: Data(said.utf8), signatures: signatures),
                    Envelope(payloadType: envelope.payloadType, payload: envelope.payload, signatures: Array(signatures.prefix(1))),
                    Envelope(payloadType: envelope.payloadType, payload: envelope.payload, signatures: [signatures[0], signatures[0]]),
                    Envelope(
                        payloadType: envelope.payloadType, payload: envelope.payload, signatures: [signatures[0], (signatures[1].key, Data([1]))]),
                    world.roster[2 - number],
                ]
                for envelope in bad {
                    try path.replaceContents(with: envelope.line)
                    #expect(try await !run(explanation).exit.isSuccess, "version \(number)")
                }
                try path.replaceContents(with: bytes)
            }
            // In an envelope's signature, in a proof's first hash, in the artifact.
            for (suffix, marker) in [(Sidecar.envelopes.suffix, "\"sig\":\"ME"), (Sidecar.proofs.suffix, "@v1\\nindex 3\\n"), ("", "")] {
                let path = folder.appending(world.name + suffix)
                let bytes = try path.contents()
                let found = marker.isEmpty ? bytes.startIndex : bytes.range(of: Data(marker.utf8))?.upperBound
                var changed = bytes
                changed[try #require(found) + 9] ^= 1
                try path.replaceContents(with: changed)
                let bad = try await run(explanation)
                #expect(!bad.exit.isSuccess, "\(suffix)")
                try path.replaceContents(with: bytes)
            }
        }
    }
}
