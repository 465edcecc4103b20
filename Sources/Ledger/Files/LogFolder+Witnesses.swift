import Cryptography
import Files
import Foundation

extension LogFolder {
    /// What a witness that knows the log at `oldSize` has to be asked.
    public func witnessRequest(from oldSize: UInt64) throws(LedgerError) -> WitnessRequest {
        let snapshot = try snapshot()
        let proof = try snapshot.proveConsistency(from: oldSize, to: snapshot.head.checkpoint.size)
        return WitnessRequest(oldSize: oldSize, proof: proof, note: snapshot.head.note)
    }

    /// Puts a witness's signature under the newest checkpoint; refused unless it is that witness's over that checkpoint.
    ///
    /// A newer signature of the same witness takes the place of the older.
    @discardableResult
    public func add(_ signature: SignedNote.Signature, of witness: NoteKey) throws(LedgerError) -> VerifiedCheckpoint {
        try locked { () throws(LedgerError) in
            let head = try checkpoint()
            let others = head.note.signatures.filter { $0.name != witness.name || $0.keyID != witness.id }
            let note = SignedNote(text: head.note.text, signatures: others + [signature])
            guard try note.verified(by: witness) != nil else { throw .noteSignature(name: witness.name) }
            let verified = try VerifiedCheckpoint(note, by: key)
            try write(Data(note.description.utf8), to: checkpointPath)
            return verified
        }
    }
}
