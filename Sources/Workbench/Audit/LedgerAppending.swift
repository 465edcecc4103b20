import Basics
import Cryptography
import Files
import Foundation
import Ledger
import Provenance
import SystemPackage
import Verification

/// Puts envelopes' signatures into the ledger and their proofs beside the artifact.
struct LedgerAppending {
    let log: LogFolder
    let key: LogKey
    /// The roster's versions: they go into the ledger before what is judged by them, so that no roster can be kept from the world.
    var rosters: [Envelope] = []

    struct Answer {
        let origin: String
        let size: UInt64
        /// Where the envelopes' entries stand.
        let indices: [UInt64]
    }

    /// Appends the envelopes' signatures, and sets their proofs in `FILE.proofs.jsonl`. Killed anywhere, it is done again from the beginning.
    func append(_ envelopes: [Envelope], of keys: [PublicKey], beside file: FilePath) throws -> Answer {
        let (checkpoint, entries, indices) = try append(envelopes, of: keys)
        let path = file.sidecar(ProofFile.fileExtension)
        var proofs = path.exists ? try ProofFile.read(path) : ProofFile()
        for (envelope, proof) in zip(envelopes, try log.prove(entries)) { proofs.set(proof, for: envelope.digest) }
        try proofs.write(to: path)
        return Answer(origin: checkpoint.origin, size: checkpoint.size, indices: indices)
    }

    /// Appends the roster's versions alone; `keys` are all that any version names.
    func appendRosters(of keys: [PublicKey]) throws -> Checkpoint { try append([], of: keys).checkpoint }

    private func append(
        _ envelopes: [Envelope], of keys: [PublicKey]
    ) throws -> (checkpoint: Checkpoint, entries: [LedgerEntry], indices: [UInt64]) {
        // A leaf stands for a signature that was verified; an unverified one would be a claim about somebody's key.
        let entries = try envelopes.map { envelope in
            let verified = try envelope.verified(by: keys)
            return LedgerEntry(signedDigest: verified.signedDigest, signature: verified.signature, key: verified.signer)
        }
        var leading: [LedgerEntry] = []
        for roster in rosters {
            let own = LedgerObject.entries(of: roster, by: keys)
            for entry in own { try log.keep(roster.line + [UInt8(ascii: "\n")], of: entry.leafHash) }
            leading += own
        }
        for (envelope, entry) in zip(envelopes, entries) { try log.keep(envelope.line + [UInt8(ascii: "\n")], of: entry.leafHash) }
        let (indices, head) = try log.append(leading + entries, key: key)
        return (head.checkpoint, entries, Array(indices.dropFirst(leading.count)))
    }
}
