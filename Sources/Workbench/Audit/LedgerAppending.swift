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

    /// Appends the envelopes' signatures, and sets their proofs in `FILE.proofs.jsonl`.
    func append(
        _ envelopes: [Envelope], of keys: [PublicKey], beside file: FilePath
    ) throws -> (origin: String, size: UInt64, indices: [UInt64]) {
        // A leaf stands for a signature that was verified; an unverified one would be a claim about somebody's key.
        let entries = try envelopes.map { envelope in
            let verified = try envelope.verified(by: keys)
            return LedgerEntry(signedDigest: verified.signedDigest, signature: verified.signature, key: verified.signer)
        }
        let (indices, checkpoint) = try log.append(entries, key: key)
        let path = file.sidecar(ProofFile.fileExtension)
        var proofs = path.exists ? try ProofFile.read(path) : ProofFile()
        for (envelope, proof) in zip(envelopes, try log.prove(entries)) { proofs.set(proof, for: envelope.digest) }
        try proofs.write(to: path)
        return (checkpoint.checkpoint.origin, checkpoint.checkpoint.size, indices)
    }
}
