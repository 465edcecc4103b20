import Basics
import Cryptography
import Foundation

/// The heads of one log that have been verified. A note that comes again, byte for byte the same, is not verified again.
public struct VerifiedHeads: Sendable {
    public let log: NoteKey
    /// By the note's bytes, for two texts can be equal to Swift and not to a signature.
    private var known: [Data: VerifiedCheckpoint] = [:]

    public init(_ log: NoteKey) { self.log = log }

    /// Verifies the log's signature; what does not verify is refused each time anew.
    public mutating func verify(_ note: SignedNote) throws(LedgerError) -> VerifiedCheckpoint {
        let bytes = Data(note.description.utf8)
        if let head = known[bytes] { return head }
        let head = try VerifiedCheckpoint(note, by: log)
        known[bytes] = head
        return head
    }
}

extension LogProof {
    /// Verifies the checkpoint, unless these very bytes have been verified before, and then that `entry` is in its tree.
    public func verify(_ entry: LedgerEntry, in heads: inout VerifiedHeads) throws(LedgerError) -> VerifiedCheckpoint {
        try verify(leafHash: entry.leafHash, under: try heads.verify(note))
    }

    func verify(leafHash: SHA256Digest, under head: VerifiedCheckpoint) throws(LedgerError) -> VerifiedCheckpoint {
        try MerkleTree.verifyInclusion(of: leafHash, at: index, in: head.checkpoint.size, root: head.checkpoint.root, proof: hashes)
        return head
    }
}
