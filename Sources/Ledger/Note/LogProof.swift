public import Basics
import Cryptography
public import Foundation

/// That an entry is in a log, in one text file: C2SP's tlog-proof, `.tlog-proof`.
public struct LogProof: Hashable, Sendable {
    static let header = "c2sp.org/tlog-proof@v1"
    public let index: UInt64
    public let hashes: [SHA256Digest]
    public let note: SignedNote

    public init(index: UInt64, hashes: [SHA256Digest], note: SignedNote) {
        self.index = index
        self.hashes = hashes
        self.note = note
    }

    public init(parsing text: String) throws(LedgerError) {
        guard text.utf8.count <= SignedNote.byteLimit else { throw .proofMalformed("it is too large") }
        guard let gap = text.firstGap else { throw .proofMalformed("it holds no checkpoint") }
        var lines = text[..<gap.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Self.header[...] else { throw .proofMalformed("it does not begin with `\(Self.header)`") }
        guard let line = lines.popFirst(), line.hasPrefix("index "), let index = UInt64(line.dropFirst(6)), "index \(index)" == line else {
            throw .proofMalformed("it has no index")
        }
        // A path longer than the depth of any tree is no path.
        guard lines.count <= 63 else { throw .proofTooLong }
        var hashes: [SHA256Digest] = []
        for line in lines {
            guard let bytes = Base64.decodeCanonical(line), let hash = SHA256Digest(bytes: Array(bytes)) else {
                throw .proofMalformed("`\(line)` is not a hash")
            }
            hashes.append(hash)
        }
        self.init(index: index, hashes: hashes, note: try SignedNote(parsing: text[gap.upperBound...]))
    }

    public init(parsing bytes: Data) throws(LedgerError) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .proofMalformed("it is not UTF-8") }
        try self.init(parsing: text)
    }

    public var text: String {
        "\(Self.header)\nindex \(index)\n" + hashes.map { Base64.encode($0.bytes) + "\n" }.joined() + "\n" + note.description
    }

    /// Verifies the checkpoint with the log's key, and then that `entry` is in its tree; returns the checkpoint.
    public func verify(_ entry: LedgerEntry, in log: NoteKey) throws(LedgerError) -> VerifiedCheckpoint {
        try verify(leafHash: entry.leafHash, in: log)
    }

    public func verify(leafHash: SHA256Digest, in log: NoteKey) throws(LedgerError) -> VerifiedCheckpoint {
        try verify(leafHash: leafHash, under: try VerifiedCheckpoint(note, by: log))
    }
}
