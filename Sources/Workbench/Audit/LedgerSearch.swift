import Basics
import Cryptography
import Foundation
import Ledger
import Provenance
import Roster

/// Looks through a ledger for what the core has said of an artifact, whatever lies beside the artifact itself.
struct LedgerSearch {
    let log: LogFolder
    let chain: RosterChain

    struct Finding: Sendable {
        let envelope: Envelope
        let proof: LogProof
    }

    /// The withdrawals of an artifact, with their proofs.
    ///
    /// An entry by a core member's key whose document is withheld might be one, so it is an error and not passed over.
    func withdrawals(of sha256: SHA256Digest) throws -> [Finding] {
        let core = Set(chain.versions.flatMap(\.core.people))
        let keys = chain.everyKey.filter { key in chain.person(of: key).map(core.contains) ?? false }
        // A leaf holds the base64 of its key, so most leaves can be passed over unread.
        let marks = keys.map { Data(Base64.encode($0.spki).utf8) }
        var found: [(envelope: Envelope, entry: LedgerEntry)] = []
        for (index, bytes) in try log.entries().enumerated() where marks.contains(where: { bytes.range(of: $0) != nil }) {
            let entry = try LedgerEntry(parsing: bytes)
            guard let envelope = try LedgerObject.envelope(of: entry, in: log) else {
                let person = chain.person(of: entry.key) ?? "nobody"
                throw WorkspaceError.unavailable(
                    "entry \(index) of the ledger is \(person)'s, and the envelope behind it is withheld or changed",
                    hint: "it might withdraw the artifact: ask the ledger's keeper for `\(log.objectPath(of: entry.leafHash))`")
            }
            guard envelope.payloadType == Envelope.statementType, let verified = try? envelope.verified(by: keys),
                case .withdrawal = verified.statement.predicate, verified.statement.subjects.contains(where: { $0.sha256 == sha256 })
            else { continue }
            found.append((envelope, entry))
        }
        guard !found.isEmpty else { return [] }
        return zip(found, try log.prove(found.map(\.entry))).map { Finding(envelope: $0.envelope, proof: $1) }
    }
}

/// The signed document that a ledger keeps for a leaf.
enum LedgerObject {
    /// The envelope behind an entry: the one whose encoding and signature the entry names. Nil when there is none, or another.
    static func envelope(of entry: LedgerEntry, in log: LogFolder) throws(LedgerError) -> Envelope? {
        guard let bytes = try log.object(of: entry.leafHash) else { return nil }
        let line = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes
        guard let envelope = try? Envelope(parsing: Data(line)), SHA256Digest(of: envelope.preAuthenticationEncoding) == entry.signedDigest,
            envelope.signatures.contains(where: { $0.bytes == entry.signature })
        else { return nil }
        return envelope
    }

    /// The entries of an envelope, one a signature, each by the key of `keys` that made it; a signature by none of them has no entry.
    static func entries(of envelope: Envelope, by keys: [PublicKey]) -> [LedgerEntry] {
        let encoding = envelope.preAuthenticationEncoding
        let digest = SHA256Digest(of: encoding)
        return envelope.signatures.compactMap { signature in
            keys.first { $0.keyID.description == signature.keyHint && $0.verifies(signature: signature.bytes, of: encoding) }
                .map { LedgerEntry(signedDigest: digest, signature: signature.bytes, key: $0) }
        }
    }
}
