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

/// The same for an archive of evidence: its manifest, and members that are missing, changed or swapped.
@Suite struct ArchiveMutationTests {
    @Test func `every field of the archive's manifest, and members that are missing, changed or swapped`() throws {
        try TemporaryDirectory.withSync { folder in
            let world = try MutationTally.release(in: folder)
            let good = try StoredArchive(parsing: EvidenceArchive.collect(for: world.artifact, roster: world.roster).contents)
            let verifier = world.verifier()
            let target = try world.channel(.main)
            func verdict(_ members: [StoredArchive.Member]) -> Verdict {
                verifier.verify(world.artifact, archive: StoredArchive(members).contents, profile: .release, target: target)
            }
            #expect(verdict(good.members).accepted)
            var tally = MutationTally()
            for mutation in try JSONValue(parsing: good.members[0].bytes).mutations() {
                var members = good.members
                members[0] = .init(name: members[0].name, bytes: Data(mutation.text.utf8))
                tally.take("manifest\(mutation.place)", verdict(members), [.evidenceMalformed])
            }
            // With a manifest that was made to fit, as somebody would do it who wants it unseen.
            let names: Set<VerificationFailure.Code> = [
                .evidenceMalformed, .evidenceMissing, .missingBuild, .missingTest, .reviewThreshold, .wrongTargetChannel, .notLogged, .rosterUnpinned,
                .rosterGap, .detachedSignatureMissing, .auditRecordMissing, .badDetachedSignature, .auditRecordMismatch, .buildLogMismatch,
                .inclusionFailed, .rosterMalformed, .rosterThreshold, .reviewPolicyUnknown,
            ]
            for (index, member) in good.members.enumerated().dropFirst() {
                var fewer = good.members
                fewer.remove(at: index)
                tally.take("without \(member.name)", verdict(fewer), [.evidenceMalformed])
                // The build log is a byproduct that evidence is whole without.
                if member.name != "files/build.log" { tally.take("fittingly without \(member.name)", verdict(try Self.fitted(fewer)), names) }
                for other in good.members.dropFirst() where other != member && other.name.prefix(5) == member.name.prefix(5) {
                    var swapped = good.members
                    swapped[index] = .init(name: member.name, bytes: other.bytes)
                    tally.take("\(other.name) as \(member.name)", verdict(swapped), [.evidenceMalformed])
                    // Envelopes are called by their own digest: under another name it is only not what a writer writes.
                    tally.take("fittingly \(other.name) as \(member.name)", verdict(try Self.fitted(swapped)), names)
                }
                for position in stride(from: 0, to: member.bytes.count, by: max(1, member.bytes.count / 8)) {
                    var bytes = member.bytes
                    bytes[bytes.startIndex + position] ^= 1
                    var changed = good.members
                    changed[index] = .init(name: member.name, bytes: bytes)
                    tally.take("\(member.name) at \(position)", verdict(changed), [.evidenceMalformed])
                }
            }
            #expect(tally.count > 500)
            tally.report("the archive")
        }
    }

    /// The members with a manifest that lists them as they are.
    private static func fitted(_ members: [StoredArchive.Member]) throws -> [StoredArchive.Member] {
        let manifest = try JSONValue(parsing: members[0].bytes)
        let list: [JSONValue] = members.dropFirst().map {
            ["name": .string($0.name), "sha256": .string(SHA256Digest(of: $0.bytes).hexadecimal), "size": .integer(Int64($0.bytes.count))]
        }
        let fitting: JSONValue = ["_type": manifest["_type"] ?? .null, "artifact": manifest["artifact"] ?? .null, "members": .array(list)]
        return [.init(name: members[0].name, bytes: fitting.serialized(.compact))] + members.dropFirst()
    }
}
