public import Basics
import Cryptography
import Files
import Foundation

extension LogFolder {
    /// What a witness that knows the log at `oldSize` has to be asked.
    public func witnessRequest(from oldSize: UInt64) throws(LedgerError) -> WitnessRequest {
        WitnessRequest(oldSize: oldSize, proof: try proveConsistency(from: oldSize), note: try checkpoint().note)
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
            do throws(FileError) { try checkpointPath.replaceContents(with: note.description) } catch { throw .file(error) }
            return verified
        }
    }

    /// The root that the log had when it was of `size`: what an old checkpoint is held against.
    public func root(at size: UInt64) throws(LedgerError) -> SHA256Digest {
        let head = try checkpoint().checkpoint
        guard size <= head.size else { throw .indexOutside(index: size, size: head.size) }
        var tiles = tiles(of: head)
        return try tiles.root(at: size)
    }

    /// The consistency proof between two sizes that the log has had.
    public func proveConsistency(from oldSize: UInt64, to newSize: UInt64) throws(LedgerError) -> [SHA256Digest] {
        let head = try checkpoint().checkpoint
        guard oldSize <= newSize, newSize <= head.size else { throw .indexOutside(index: newSize, size: head.size) }
        var tiles = tiles(of: head)
        return try tiles.consistencyProof(from: oldSize, to: newSize)
    }
}
