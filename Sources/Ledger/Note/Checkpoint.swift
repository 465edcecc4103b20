public import Basics
import Cryptography
import Foundation

/// The head of a log: which log, how many entries, which root (C2SP tlog-checkpoint).
public struct Checkpoint: Hashable, Sendable {
    public let origin: String
    public let size: UInt64
    public let root: SHA256Digest

    public init(origin: String, size: UInt64, root: SHA256Digest) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Reads a note's text; extension lines are refused, because nobody here would know what they mean.
    public init(parsing text: String) throws(LedgerError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty else { throw .checkpointMalformed("it has not three lines") }
        guard !lines[0].isEmpty else { throw .checkpointMalformed("it names no origin") }
        guard let size = UInt64(lines[1]), String(size) == lines[1] else { throw .checkpointMalformed("`\(lines[1])` is not a size") }
        guard let bytes = Base64.decodeCanonical(lines[2]), let root = SHA256Digest(bytes: Array(bytes)) else {
            throw .checkpointMalformed("`\(lines[2])` is not a root")
        }
        self.init(origin: String(lines[0]), size: size, root: root)
    }

    public var text: String { "\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n" }
}

/// A checkpoint whose log's signature has been verified, with the note that proves it.
public struct VerifiedCheckpoint: Hashable, Sendable {
    public let checkpoint: Checkpoint
    public let note: SignedNote

    /// Verifies the log's own signature and that the note is of this log.
    public init(_ note: SignedNote, by key: NoteKey) throws(LedgerError) {
        let checkpoint = try Checkpoint(parsing: note.text)
        guard checkpoint.origin == key.name else { throw .wrongOrigin(expected: key.name, found: checkpoint.origin) }
        guard key.kind == .log, try note.verified(by: key) != nil else { throw .unsigned(origin: key.name) }
        self.checkpoint = checkpoint
        self.note = note
    }
}
