import Basics
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import Ledger
import Provenance
import Roster
import SystemPackage
import Testing

@testable import Verification

/// Spoils complete evidence in every place that means something: all must be refused, each by an expected name.
///
/// Every case changes one thing, signs nothing anew (nobody's key was stolen), and is verified whole. About 30 s of processor time, all of it here to be thorough.
@Suite struct MutationTests {
    @Test func `every field of every signed statement`() throws {
        try TemporaryDirectory.withSync { folder in
            let world = try MutationTally.release(in: folder)
            let evidence = try Evidence.collect(for: world.artifact)
            let verifier = world.verifier()
            let target = try world.channel(.main)
            let envelopes = world.envelopes.envelopes
            var tally = MutationTally()
            for (index, envelope) in envelopes.enumerated() {
                let donor = try JSONValue(parsing: envelopes[(index + 1) % envelopes.count].payload)
                for mutation in try JSONValue(parsing: envelope.payload).mutations(donor: donor) {
                    let id = try KeyID(parsing: envelope.signatures[0].keyHint)
                    let spoiled = Envelope(
                        payloadType: envelope.payloadType, payload: Data(mutation.text.utf8), signatures: [(id, envelope.signatures[0].bytes)])
                    var changed = evidence
                    changed.envelopes = Self.lines(envelopes.map { $0 == envelope ? spoiled.line : $0.line })
                    tally.take("envelope \(index)\(mutation.place)", verifier.verify(changed, profile: .release, target: target), [.badSignature])
                }
            }
            #expect(tally.count > 900)
            tally.report("statements")
        }
    }

    @Test func `every field of every envelope, and envelopes that are missing, doubled or of another artifact`() throws {
        try TemporaryDirectory.withSync { folder in
            let world = try MutationTally.release(in: folder)
            let evidence = try Evidence.collect(for: world.artifact)
            let verifier = world.verifier()
            let target = try world.channel(.main)
            let envelopes = world.envelopes.envelopes
            var tally = MutationTally()
            func verdict(_ lines: [Data]) -> Verdict {
                var changed = evidence
                changed.envelopes = Self.lines(lines)
                return verifier.verify(changed, profile: .release, target: target)
            }
            let names: Set<VerificationFailure.Code> = [
                .evidenceMalformed, .badSignature, .unknownKey, .wrongPayloadType, .signatureCount, .keyHintMismatch,
            ]
            for (index, envelope) in envelopes.enumerated() {
                let donor = try JSONValue(parsing: envelopes[(index + 1) % envelopes.count].line)
                for mutation in try JSONValue(parsing: envelope.line).mutations(donor: donor) {
                    tally.take(
                        "envelope \(index)\(mutation.place)", verdict(envelopes.map { $0 == envelope ? Data(mutation.text.utf8) : $0.line }), names)
                }
                // Gone with its proof, as somebody would do it who wants it unseen.
                var without = evidence
                without.envelopes = Self.lines(envelopes.filter { $0 != envelope }.map(\.line))
                var proofs = ProofFile()
                for (digest, proof) in ProofFile(parsing: evidence.proofs ?? Data()).proofs where digest != envelope.digest {
                    proofs.set(proof, for: digest)
                }
                without.proofs = proofs.contents
                let title = try envelope.verified(by: world.keys.values.map(\.publicKey)).statement.predicate.title
                // The upload's own attestation is not asked for by a release: the promotion's takes its place.
                if title != "publish to \(World.channel)/label/manual" {
                    tally.take(
                        "without \(title)", verifier.verify(without, profile: .release, target: target),
                        [.missingBuild, .evidenceMissing, .missingTest, .reviewThreshold, .wrongTargetChannel])
                }
            }
            tally.report("envelopes")
        }
    }

    @Test func `every line of every proof`() throws {
        try TemporaryDirectory.withSync { folder in
            let world = try MutationTally.release(in: folder)
            let evidence = try Evidence.collect(for: world.artifact)
            let verifier = world.verifier()
            var tally = MutationTally()
            let lines = (evidence.proofs ?? Data()).split(separator: 0x0A).map { Data($0) }
            let values = try lines.map { try JSONValue(parsing: $0) }
            func verdict(_ index: Int, _ text: String) -> Verdict {
                var changed = evidence
                changed.proofs = Self.lines(lines.enumerated().map { $0 == index ? Data(text.utf8) : $1 })
                return verifier.verify(changed, profile: .release)
            }
            let names: Set<VerificationFailure.Code> = [
                .evidenceMalformed, .notLogged, .inclusionFailed, .checkpointSignature, .wrongOrigin, .witnessQuorum,
            ]
            for (index, value) in values.enumerated() {
                let donor = values[(index + 1) % values.count]
                for mutation in value.mutations(donor: donor) { tally.take("proof \(index)\(mutation.place)", verdict(index, mutation.text), names) }
                // Inside the text: every line removed, doubled, emptied, changed at each of its characters' thirds, and taken from another proof.
                let text = value["proof"]?.string ?? ""
                let others = (donor["proof"]?.string ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                let parts = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                for (number, part) in parts.dropLast().enumerated() {
                    var variants: [[String]] = [
                        Array(parts[..<number] + parts[(number + 1)...]), Array(parts[...number] + [part] + parts[(number + 1)...]),
                    ]
                    func replaced(_ line: String) -> [String] { Array(parts[..<number] + [line] + parts[(number + 1)...]) }
                    for position in stride(from: 0, to: part.utf8.count, by: max(1, part.utf8.count / 3)) {
                        var bytes = Array(part.utf8)
                        bytes[position] = bytes[position] == 0x42 ? 0x43 : 0x42
                        variants.append(replaced(String(decoding: bytes, as: UTF8.self)))
                    }
                    if number < others.count, others[number] != part { variants.append(replaced(others[number])) }
                    for variant in variants where variant != parts {
                        let line: JSONValue = ["envelope": value["envelope"] ?? .null, "proof": .string(variant.joined(separator: "\n"))]
                        let place = "proof \(index) line \(number): \(variant.joined(separator: "|"))"
                        // A cosignature may stand there twice: it is one witness still.
                        if variant.filter({ $0 == part }).count == 2, part.hasPrefix("— ") { continue }
                        tally.take(place, verdict(index, line.text), names)
                    }
                }
            }
            #expect(tally.count > 250)
            // Time and keys: a witness's date, his name, the log's name and key, and the whole head of another time.
            let proof = try LogProof(parsing: values[0]["proof"]?.string ?? "")
            func offered(_ note: SignedNote) throws -> String {
                let envelope = try #require(values[0]["envelope"])
                return (["envelope": envelope, "proof": .string(LogProof(index: proof.index, hashes: proof.hashes, note: note).text)] as JSONValue)
                    .text
            }
            for (index, signature) in proof.note.signatures.enumerated() {
                for position in 0..<(4 + signature.bytes.count) {
                    let note = try World.note(proof.note, changing: index) { $0[position] ^= 1 }
                    tally.take("signature \(index) at \(position)", verdict(0, try offered(note)), names)
                }
            }
            _ = try world.log.append(leaves: [Data("later".utf8)], key: world.logKey, isDeduplicating: false)
            tally.take("a later head", verdict(0, try offered(try world.log.checkpoint().note)), names)
            tally.report("proofs")
        }
    }

    @Test func `every field of every version of the roster`() throws {
        try TemporaryDirectory.withSync { folder in
            let world = try MutationTally.release(in: folder)
            let evidence = try Evidence.collect(for: world.artifact)
            var tally = MutationTally()
            func verdict(_ roster: [Envelope]) -> Verdict {
                var verifier = world.verifier()
                verifier.roster = roster
                verifier.rememberedRosterVersion = 2
                return verifier.verify(evidence, profile: .release)
            }
            let names: Set<VerificationFailure.Code> = [
                .rosterUnpinned, .rosterMalformed, .rosterThreshold, .rosterGap, .rosterRollback, .wrongChannelRoster, .rosterExpired,
            ]
            for (index, envelope) in world.roster.enumerated() {
                let donor = try JSONValue(parsing: world.roster[1 - index].payload)
                for mutation in try JSONValue(parsing: envelope.payload).mutations(donor: donor) {
                    let id = try KeyID(parsing: envelope.signatures[0].keyHint)
                    let spoiled = Envelope(
                        payloadType: envelope.payloadType, payload: Data(mutation.text.utf8), signatures: [(id, envelope.signatures[0].bytes)])
                    var roster = world.roster
                    roster[index] = spoiled
                    tally.take("version \(index + 1)\(mutation.place)", verdict(roster), names)
                }
                for mutation in try JSONValue(parsing: envelope.line).mutations(donor: JSONValue(parsing: world.roster[1 - index].line)) {
                    guard let spoiled = try? Envelope(parsing: Data(mutation.text.utf8)), spoiled != envelope else { continue }
                    var roster = world.roster
                    roster[index] = spoiled
                    // A signature that stands twice is one person's still.
                    if spoiled.signatures.count == 2, Set(spoiled.signatures).count == 1 { continue }
                    tally.take("version \(index + 1)\(mutation.place)", verdict(roster), names)
                }
            }
            for roster in [[], [world.roster[0]], [world.roster[1]], world.roster.reversed(), world.roster + [world.roster[1]]] {
                tally.take("\(roster.count) versions", verdict(roster), names)
            }
            #expect(tally.count > 700)
            tally.report("the roster")
        }
    }

    @Test func `the artifact, its signature and its byproducts`() throws {
        try TemporaryDirectory.withSync { folder in
            let world = try MutationTally.release(in: folder)
            var tally = MutationTally()
            let expected: [(String, Set<VerificationFailure.Code>)] = [
                ("", [.subjectMismatch]), (Sidecar.signature.suffix, [.badDetachedSignature]),
                (Sidecar.auditRecord.suffix, [.auditRecordMismatch]),
                (Sidecar.plainBuildLog.suffix, [.buildLogMismatch]),
            ]
            for (suffix, names) in expected {
                let path = folder.appending(world.name + suffix)
                let good = try path.contents()
                for index in stride(from: 0, to: good.count, by: max(1, good.count / 30)) {
                    for spoiled in [
                        good.enumerated().map { $0 == index ? $1 ^ 0x20 : $1 }, Array(good[..<index]), Array(good[..<index] + good[(index + 1)...]),
                    ] {
                        try path.replaceContents(with: Data(spoiled))
                        tally.take("\(suffix) at \(index)", try world.verdict(), names)
                    }
                }
                try path.replaceContents(with: good)
            }
            // Swapped with other good ones: a signature of the reviewer's, one of the builder's over other bytes, every other audit record.
            let signature = world.sidecar(Sidecar.signature.suffix)
            let made = try signature.contents()
            for other in [try world.signer("bob").sign(file: world.artifact), try world.signer("alice").sign(Data("other".utf8))] {
                try signature.replaceContents(with: other)
                tally.take("another signature", try world.verdict(), [.badDetachedSignature])
            }
            try signature.replaceContents(with: made)
            let audit = world.sidecar(Sidecar.auditRecord.suffix)
            let record = try audit.contents()
            for mutation in try JSONValue(parsing: record).mutations() {
                try audit.replaceContents(with: mutation.text)
                tally.take("audit record\(mutation.place)", try world.verdict(), [.auditRecordMismatch])
            }
            try audit.replaceContents(with: record)
            tally.report("files")
            #expect(try world.verdict().accepted)
        }
    }

    /// What the suite's other tests put in the place of something good is put beside it here, all at once: nobody's yes is taken away by it.
    @Test func `every changed line beside the good one is set aside, and the verdict stands`() throws {
        try TemporaryDirectory.withSync { folder in
            let world = try MutationTally.release(in: folder)
            var evidence = try Evidence.collect(for: world.artifact)
            let target = try world.channel(.main)
            let envelopes = world.envelopes.envelopes
            var lines: [Data] = []
            for (index, envelope) in envelopes.enumerated() {
                let donor = envelopes[(index + 1) % envelopes.count]
                let id = try KeyID(parsing: envelope.signatures[0].keyHint)
                for mutation in try JSONValue(parsing: envelope.payload).mutations(donor: JSONValue(parsing: donor.payload)) {
                    let payload = Data(mutation.text.utf8)
                    lines.append(
                        Envelope(payloadType: envelope.payloadType, payload: payload, signatures: [(id, envelope.signatures[0].bytes)]).line)
                }
                let value = try JSONValue(parsing: envelope.line)
                lines += try value.mutations(donor: JSONValue(parsing: donor.line)).map { Data($0.text.utf8) }
            }
            let proofs = try (evidence.proofs ?? Data()).split(separator: 0x0A).map { try JSONValue(parsing: Data($0)) }
            var offers: [Data] = []
            for (index, value) in proofs.enumerated() {
                offers += value.mutations(donor: proofs[(index + 1) % proofs.count]).map { Data($0.text.utf8) }
            }
            evidence.envelopes = Self.lines(lines) + (evidence.envelopes ?? Data()) + Self.lines(lines)
            evidence.proofs = Self.lines(offers) + (evidence.proofs ?? Data()) + Self.lines(offers)
            let verdict = world.verifier().verify(evidence, profile: .release, target: target)
            #expect(verdict.accepted, "\(verdict.failures.prefix(10))")
            let count = verdict.steps.map(\.ignoredCount).reduce(0, +)
            print("additions: \(lines.count + offers.count) different lines, set aside: \(count)")
            #expect(lines.count > 1300 && offers.count > 80 && count > 1500)
            #expect(verdict.reviewable == world.verifier().verify(try Evidence.collect(for: world.artifact), profile: .release).reviewable)
        }
    }

    private static func lines(_ lines: [Data]) -> Data { lines.reduce(into: Data()) { $0 += $1 + [0x0A] } }
}
