import Basics
import Conda
import Cryptography
import Files
import Foundation
import Provenance
import Roster
import SystemPackage
import Testing
import Verification

@Suite struct VerifierTests {
    @Test func `complete evidence is accepted, and every step says what it proved`() throws {
        try TemporaryDirectory.withSync { folder in
            var world = try World(in: folder)
            try world.completeBuild()
            try world.write()
            let built = try world.verdict(.build, target: .manual)
            #expect(built.failures.isEmpty, "\(built.failures)")
            #expect(built.accepted && built.stage == .awaitingReview)
            #expect(try !world.verdict(.release).accepted)
            #expect(try world.verdict(.release).failures.map(\.name) == ["review-threshold"])
            #expect(built.reviewable.count == 4)

            try world.sign(try world.review(seen: built.reviewable), by: "bob")
            try world.sign(try world.publish(.main), by: "bob")
            try world.write()
            let released = try world.verdict(.release, target: .main)
            #expect(released.failures.isEmpty, "\(released.failures)")
            #expect(released.accepted && released.stage == .reviewed)
            #expect(released.builders == ["alice"] && released.reviewers == ["bob"])
            #expect(released.steps.map(\.number) == VerificationStep.Number.allCases)
            #expect(released.steps.allSatisfy { !$0.facts.isEmpty })
            #expect(try JSONDecoder().decode(Verdict.self, from: JSONEncoder().encode(released)) == released)
        }
    }

    @Test func `nothing is green without a pin, and nothing is believed of the evidence's own keys`() throws {
        try TemporaryDirectory.withSync { folder in
            var world = try World(in: folder)
            try world.completeRelease()
            try world.write()
            var verifier = world.verifier()
            verifier.pin = nil
            let evidence = try Evidence.collect(for: world.artifact)
            let verdict = verifier.verify(evidence, profile: .release)
            #expect(!verdict.accepted && verdict.stage == .refused)
            #expect(verdict.failures.map(\.code) == [.rosterUnpinned])
            #expect(verdict.steps.filter { $0.outcome == .passed }.map(\.number) == [.artifact, .evidence])
            verifier = world.verifier()
            verifier.pin = SHA256Digest(of: "another roster")
            #expect(verifier.verify(evidence, profile: .release).failures.map(\.code) == [.rosterUnpinned])
            verifier = world.verifier()
            verifier.channel = "https://conda.example.org/other"
            #expect(verifier.verify(evidence, profile: .release).failures.map(\.code) == [.wrongChannelRoster])
            verifier = world.verifier()
            verifier.rememberedRosterVersion = 2
            #expect(verifier.verify(evidence, profile: .release).failures.map(\.code) == [.rosterRollback])
        }
    }

    @Test func `an artifact that was not opened is not accepted`() throws {
        try TemporaryDirectory.withSync { folder in
            var world = try World(in: folder)
            try world.completeRelease()
            try world.write()
            var verifier = world.verifier()
            verifier.inspect = nil
            let verdict = verifier.verify(try Evidence.collect(for: world.artifact), profile: .release)
            #expect(verdict.failures.isEmpty && !verdict.accepted)
            #expect(verdict[.content]?.outcome == .notChecked)
            verifier.inspect = { _ in throw FileError.missing("info") }
            #expect(verifier.verify(try Evidence.collect(for: world.artifact), profile: .release).failures.map(\.code) == [.contentUnsound])
        }
    }

    @Test(arguments: [
        (ArtifactContent(subdir: .noarch, recipeSHA256: World.recipe, payloadSHA256: World.payload), VerificationFailure.Code.packageNotGranted),
        (ArtifactContent(subdir: .linuxAarch64, recipeSHA256: World.recipe, payloadSHA256: World.payload), .subdirMismatch),
        (ArtifactContent(subdir: .linux64, recipeSHA256: SHA256Digest(of: "x"), payloadSHA256: World.payload), .recipeMismatch),
        (ArtifactContent(subdir: .linux64, payloadSHA256: World.payload), .recipeMismatch),
        (ArtifactContent(subdir: .linux64, recipeSHA256: World.recipe, payloadSHA256: SHA256Digest(of: "x")), .payloadChanged),
        (ArtifactContent(subdir: .linux64, recipeSHA256: World.recipe, payloadSHA256: World.payload, problems: ["a setuid file"]), .contentUnsound),
    ])
    func `content that differs from what was signed is refused`(content: ArtifactContent, code: VerificationFailure.Code) throws {
        try TemporaryDirectory.withSync { folder in
            var world = try World(in: folder)
            try world.completeRelease()
            try world.write()
            var verifier = world.verifier()
            verifier.inspect = { _ in content }
            let verdict = verifier.verify(try Evidence.collect(for: world.artifact), profile: .release)
            #expect(verdict.failures.contains { $0.code == code }, "\(verdict.failures)")
            #expect(!verdict.accepted)
        }
    }

    /// About 2 s: some 150 verifications.
    @Test func `a changed byte in the artifact or any sidecar is refused by name`() throws {
        try TemporaryDirectory.withSync { folder in
            var world = try World(in: folder)
            try world.completeRelease()
            try world.write()
            let expected: [String: Set<VerificationFailure.Code>] = [
                "": [.subjectMismatch, .badDetachedSignature],
                Sidecar.signature.suffix: [.badDetachedSignature],
                Sidecar.auditRecord.suffix: [.auditRecordMismatch],
                Sidecar.plainBuildLog.suffix: [.buildLogMismatch],
                Sidecar.proofs.suffix: [.evidenceMalformed, .notLogged, .inclusionFailed, .checkpointSignature, .wrongOrigin],
                Sidecar.envelopes.suffix: [
                    .evidenceMalformed, .badSignature, .unknownKey, .wrongPayloadType, .keyHintMismatch, .notLogged,
                ],
            ]
            for (suffix, codes) in expected {
                let path = folder.appending(world.name + suffix)
                let good = try path.contents()
                for index in stride(from: 0, to: good.count, by: max(1, good.count / 25)) {
                    var bad = good
                    bad[index] ^= 1
                    try path.replaceContents(with: bad)
                    let verdict = try world.verdict(.release, target: .main)
                    #expect(!verdict.accepted, "\(suffix) at \(index)")
                    #expect(!verdict.failures.isEmpty)
                    #expect(!codes.isDisjoint(with: (verdict.failures + verdict.ignored).map(\.code)), "\(suffix) at \(index): \(verdict.failures)")
                }
                try path.replaceContents(with: good)
            }
            #expect(try world.verdict(.release, target: .main).accepted)
        }
    }

    @Test func `a sidecar that is missing has its name`() throws {
        try TemporaryDirectory.withSync { folder in
            var world = try World(in: folder)
            try world.completeRelease()
            try world.write()
            let expected: [(String, VerificationFailure.Code)] = [
                (Sidecar.signature.suffix, .detachedSignatureMissing), (Sidecar.auditRecord.suffix, .auditRecordMissing),
                (Sidecar.proofs.suffix, .notLogged), (Sidecar.envelopes.suffix, .evidenceMissing),
            ]
            for (suffix, code) in expected {
                let path = world.sidecar(suffix)
                let good = try path.contents()
                try path.removeAll()
                let verdict = try world.verdict(.release)
                #expect(!verdict.accepted && verdict.failures.contains { $0.code == code }, "\(suffix): \(verdict.failures)")
                try path.replaceContents(with: good)
            }
            // The log is a byproduct: evidence is whole without it.
            try world.sidecar(Sidecar.plainBuildLog.suffix).removeAll()
            #expect(try world.verdict(.release).accepted)
        }
    }
}
