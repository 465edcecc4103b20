import Basics
import Files
import Foundation
import Processes
import SystemPackage
import Testing
import Verification

@Suite struct ExplanationTests {
    @Test func `what it prints runs with stock tools, and fails where a byte was changed`() async throws {
        try await TemporaryDirectory.with { folder in
            var world = try World(in: folder)
            try world.requireWitness()
            world.witnessTime = World.start.adding(seconds: 5000)
            try world.completeRelease()
            try world.write()
            let explanation = try world.verifier().explain(try Evidence.collect(for: world.artifact))
            #expect(explanation.checks.count == 8)
            func run(_ explanation: Explanation) async throws -> ProcessResult {
                try await Command("sh", [], workingDirectory: folder, input: Array(explanation.script.utf8), timeout: .seconds(60)).run()
            }
            let good = try await run(explanation)
            #expect(good.exit.isSuccess, "\(good.errorText)")
            #expect(good.outputText.split(separator: "\n").filter { $0 == "Verified OK" }.count == 8)
            #expect(good.outputText.split(separator: "\n").filter { $0 == "In the log" }.count == 7)
            #expect(good.outputText.split(separator: "\n").filter { $0 == "Witnessed by w.example.org at 1790005000 seconds after 1970" }.count == 7)

            // In an envelope's signature, in a proof's first hash, in the artifact.
            for (suffix, marker) in [(Evidence.Sidecar.envelopes, "\"sig\":\"MEU"), (Evidence.Sidecar.proofs, "@v1\\nindex 3\\n"), ("", "")] {
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
