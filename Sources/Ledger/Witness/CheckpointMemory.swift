public import Basics
import Cryptography
import Files
import Foundation
public import SystemPackage

/// The newest checkpoint of each log that has been seen: files that make their owner a witness to himself, as Go's checksum database does.
public struct CheckpointMemory: Sendable {
    public let folder: FilePath
    public init(_ folder: FilePath) { self.folder = folder }

    /// tlog-witness's monitoring layout: the hexadecimal SHA-256 of the origin names the log's folder.
    func path(of origin: String) -> FilePath { folder.appending(SHA256Digest(of: origin).hexadecimal).appending("checkpoint") }

    /// The remembered checkpoint of a log, its signature verified again; nil when the log has never been seen.
    public func recall(_ log: NoteKey) throws(LedgerError) -> VerifiedCheckpoint? {
        let path = path(of: log.name)
        guard path.exists else { return nil }
        let bytes: Data
        do throws(FileError) { bytes = try path.contents(limit: SignedNote.byteLimit) } catch { throw .file(error) }
        return try VerifiedCheckpoint(try SignedNote(parsing: bytes), by: log)
    }

    /// Holds a checkpoint against the remembered one, and remembers it when it is the larger.
    ///
    /// `proof` gives the consistency proof between the two sizes, smaller first. Two checkpoints that cannot both be of one growing log are
    /// thrown as `splitView` with both notes: they prove the log's fault to anybody.
    public func remember(
        _ checkpoint: VerifiedCheckpoint, of log: NoteKey, proof: (_ from: UInt64, _ to: UInt64) throws(LedgerError) -> [SHA256Digest]
    ) throws(LedgerError) {
        if let known = try recall(log) {
            try Self.compare(known, checkpoint, proof: proof)
            guard checkpoint.checkpoint.size > known.checkpoint.size else { return }
        }
        let path = path(of: log.name)
        do throws(FileError) {
            let own = path.removingLastComponent()
            try own.createDirectory()
            try path.replaceContents(with: checkpoint.note.description)
            // A power cut must not take the new name away either: a witness that forgets can be made to sign two histories.
            try own.forceToDisk()
            try folder.forceToDisk()
        } catch { throw .file(error) }
    }

    /// Throws unless the smaller tree is the beginning of the larger.
    public static func compare(
        _ one: VerifiedCheckpoint, _ other: VerifiedCheckpoint, proof: (_ from: UInt64, _ to: UInt64) throws(LedgerError) -> [SHA256Digest]
    ) throws(LedgerError) {
        let (small, large) = one.checkpoint.size <= other.checkpoint.size ? (one, other) : (other, one)
        let hashes = small.checkpoint.size == large.checkpoint.size ? [] : try proof(small.checkpoint.size, large.checkpoint.size)
        do {
            try MerkleTree.verifyConsistency(
                from: small.checkpoint.size, small.checkpoint.root, to: large.checkpoint.size, large.checkpoint.root, proof: hashes)
        } catch { throw .splitView(one: small.note.description, other: large.note.description) }
    }
}
