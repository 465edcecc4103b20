import Basics
import Cryptography
import Foundation
public import Ledger
public import Provenance
public import Roster
import Verification

/// What somebody who watches a ledger asks of it: whose signature each entry is, what was signed, and what is missing.
public struct LedgerAudit: Sendable {
    public struct Entry: Encodable, Sendable {
        public let index: Int
        public let signedDigest: String
        public let keyID: String
        /// Whose key it is by the roster; nil without a roster, or for a stranger's.
        public let person: String?
        /// What was signed, and about which file; nil where the document behind the entry is not there.
        public let what: String?
    }

    public let checkpoint: Checkpoint
    public let entries: [Entry]
    /// What is wrong, in sentences; empty for a ledger in order.
    public let problems: [String]

    /// Reads every entry. With a roster, keys that are in no version, documents that are withheld, and versions that are not logged are problems.
    public init(_ log: LogFolder, chain: RosterChain?, rosters: [Envelope]) throws {
        checkpoint = try log.checkpoint().checkpoint
        var entries: [Entry] = []
        var problems: [String] = []
        var digests: Set<SHA256Digest> = []
        for (index, bytes) in try log.entries().enumerated() {
            let entry = try LedgerEntry(parsing: bytes)
            let envelope = try LedgerObject.envelope(of: entry, in: log)
            let person = chain?.person(of: entry.key)
            entries.append(
                Entry(
                    index: index, signedDigest: entry.signedDigest.hexadecimal, keyID: entry.key.keyID.description, person: person,
                    what: envelope.map(Self.title)))
            digests.insert(entry.signedDigest)
            guard chain != nil else { continue }
            if person == nil { problems.append("entry \(index): no version of the roster knows the key `\(entry.key)`") }
            if envelope == nil {
                problems.append("entry \(index): what was signed is withheld: it should be `\(log.objectPath(of: entry.leafHash))`")
            }
        }
        for (index, envelope) in rosters.enumerated() where !digests.contains(SHA256Digest(of: envelope.preAuthenticationEncoding)) {
            problems.append("version \(index + 1) of the roster is not in the ledger")
        }
        self.entries = entries
        self.problems = problems
    }

    private static func title(_ envelope: Envelope) -> String {
        if envelope.payloadType == RosterDocument.payloadType { return "a version of the roster" }
        // The signature was compared with the entry's; who may sign what, a verification says.
        guard let statement = try? Statement(parsing: envelope.payload) else { return "something unknown" }
        return "\(statement.predicate.title) of \(statement.subjects.map(\.name).joined(separator: ", "))"
    }
}
