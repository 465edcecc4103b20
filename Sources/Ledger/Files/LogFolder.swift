public import Basics
public import Cryptography
import Files
public import Foundation
public import SystemPackage

/// A log as plain files in a folder: `checkpoint` and tiles as C2SP's tlog-tiles lays them out, so that any web server is the log's server.
///
/// Tiles are written and forced to the disk before the checkpoint that counts them, which is replaced as a whole: a kill at any moment leaves
/// the old log or the new one. Tiles behind the checkpoint's size mean nothing and are written over by the next append.
public struct LogFolder: Sendable {
    public let path: FilePath
    /// The log's public key; its name is the log's origin.
    public let key: NoteKey

    /// A log that is there, or that `create` is about to make.
    public init(path: FilePath, key: NoteKey) {
        self.path = path
        self.key = key
    }

    /// Makes an empty log and signs its checkpoint.
    public static func create(at path: FilePath, origin: String, key: LogKey) throws(LedgerError) -> LogFolder {
        let log = LogFolder(path: path, key: try NoteKey(name: origin, kind: .log, key: key.publicKey))
        do throws(FileError) { try path.createDirectory() } catch { throw .file(error) }
        try log.locked { () throws(LedgerError) in
            guard !log.checkpointPath.exists else { throw .alreadyThere(path) }
            try log.publish(Checkpoint(origin: origin, size: 0, root: MerkleTree.emptyRoot), key: key)
        }
        return log
    }

    var checkpointPath: FilePath { path.appending("checkpoint") }

    /// The newest checkpoint, its signature verified.
    public func checkpoint() throws(LedgerError) -> VerifiedCheckpoint {
        let bytes: Data
        do throws(FileError) { bytes = try checkpointPath.contents(limit: SignedNote.byteLimit) } catch { throw .file(error) }
        return try VerifiedCheckpoint(try SignedNote(parsing: bytes), by: key)
    }

    /// Appends entries, in this order, and signs the new checkpoint. An entry that the log holds already keeps its place.
    ///
    /// Waits for another appender to finish; returns where each entry stands.
    public func append(_ entries: [LedgerEntry], key: LogKey) throws(LedgerError) -> (indices: [UInt64], checkpoint: VerifiedCheckpoint) {
        try append(leaves: entries.map(\.bytes), key: key, isDeduplicating: true)
    }

    /// Appends bytes that need not be entries of ours; for logs of another purpose, and for tests.
    public func append(
        leaves: [Data], key: LogKey, isDeduplicating: Bool
    ) throws(LedgerError) -> (indices: [UInt64], checkpoint: VerifiedCheckpoint) {
        if let large = leaves.first(where: { $0.count > Int(UInt16.max) }) { throw .entryTooLarge(byteCount: large.count) }
        return try locked { () throws(LedgerError) in try appendAlone(leaves, key: key, isDeduplicating: isDeduplicating) }
    }

    private func appendAlone(
        _ leaves: [Data], key: LogKey, isDeduplicating: Bool
    ) throws(LedgerError) -> (indices: [UInt64], checkpoint: VerifiedCheckpoint) {
        let old = try checkpoint()
        var writer = TileWriter(self, size: old.checkpoint.size)
        // A folder whose tiles do not have the signed root is not built upon.
        guard try writer.root() == old.checkpoint.root else { throw .treeContradictsCheckpoint }
        var indices: [UInt64] = []
        var known: [SHA256Digest: UInt64] = isDeduplicating ? try writer.tiles.indices(of: Set(leaves.map { MerkleTree.leafHash($0) })) : [:]
        for leaf in leaves {
            let hash = MerkleTree.leafHash(leaf)
            if isDeduplicating, let index = known[hash] {
                indices.append(index)
            } else {
                let index = try writer.append(leaf, hash)
                if isDeduplicating { known[hash] = index }
                indices.append(index)
            }
        }
        if writer.size == old.checkpoint.size { return (indices, old) }
        try writer.flush()
        let new = Checkpoint(origin: self.key.name, size: writer.size, root: try writer.root())
        return (indices, try publish(new, key: key))
    }

    @discardableResult
    private func publish(_ checkpoint: Checkpoint, key: LogKey) throws(LedgerError) -> VerifiedCheckpoint {
        let note = try SignedNote(text: checkpoint.text, signatures: []).signed(by: key, name: checkpoint.origin)
        let verified = try VerifiedCheckpoint(note, by: self.key)
        try write(Data(note.description.utf8), to: checkpointPath)
        do throws(FileError) { try path.forceToDisk() } catch { throw .file(error) }
        return verified
    }

    /// The log as of its newest checkpoint, for more than one question.
    public func snapshot() throws(LedgerError) -> LogSnapshot { LogSnapshot(try checkpoint(), of: self) }

    /// A proof that the entry is in the log as of its newest checkpoint.
    public func prove(_ entry: LedgerEntry) throws(LedgerError) -> LogProof {
        guard let proof = try prove([entry]).first else { throw .notInLog }
        return proof
    }

    /// Proofs of several entries, all with the one newest checkpoint.
    public func prove(_ entries: [LedgerEntry]) throws(LedgerError) -> [LogProof] { try snapshot().prove(entries) }

    /// A proof for the entry that stands at `index`.
    public func prove(index: UInt64) throws(LedgerError) -> LogProof { try snapshot().prove(index: index) }

    /// That the log of `size` entries is the beginning of today's.
    public func proveConsistency(from size: UInt64) throws(LedgerError) -> [SHA256Digest] {
        let snapshot = try snapshot()
        return try snapshot.proveConsistency(from: size, to: snapshot.head.checkpoint.size)
    }

    /// The consistency proof between two sizes that the log has had.
    public func proveConsistency(from oldSize: UInt64, to newSize: UInt64) throws(LedgerError) -> [SHA256Digest] {
        try snapshot().proveConsistency(from: oldSize, to: newSize)
    }

    /// The root that the log had when it was of `size`: what an old checkpoint is held against.
    public func root(at size: UInt64) throws(LedgerError) -> SHA256Digest { try snapshot().root(at: size) }

    /// The entries' bytes, from the first on, compared with the signed root.
    public func entries() throws -> [Data] { try snapshot().entries() }

    /// Recomputes the whole tree from the entries and compares every tile and the signed root.
    public func verify() throws(LedgerError) -> VerifiedCheckpoint {
        let snapshot = try snapshot()
        try snapshot.verify()
        return snapshot.head
    }

    /// Where files are written before they are renamed to their place: on the log's own file system, and swept by whoever has the lock.
    var scratchPath: FilePath { path.appending(".new") }

    /// Runs `body` while no other appender can.
    ///
    /// What an appender that was killed has left half written is removed first: with the lock in our hands nobody is writing it any more.
    func locked<Value>(_ body: () throws(LedgerError) -> Value) throws(LedgerError) -> Value {
        let lock = try lock()
        do throws(FileError) {
            try scratchPath.createDirectory()
            for leftover in try scratchPath.children() { try leftover.removeAll() }
        } catch { throw .file(error) }
        let value = try body()
        lock.release()
        return value
    }

    /// Writes a file of the log as a whole, forced to the disk; only with the lock in hand.
    func write(_ contents: Data, to file: FilePath) throws(LedgerError) {
        do throws(FileError) { try file.replaceContents(with: contents, through: scratchPath) } catch { throw .file(error) }
    }

    /// The lock of the appenders, waited for up to ten seconds: an append takes milliseconds.
    private func lock() throws(LedgerError) -> FileLock {
        let holder = "an append to the log, process \(ProcessInfo.processInfo.processIdentifier)"
        var attempts = 200
        while true {
            do throws(FileError) { return try FileLock.take(path.appending(".lock"), holder: holder) } catch {
                guard case .locked = error, attempts > 0 else { throw .file(error) }
                attempts -= 1
                usleep(50_000)
            }
        }
    }
}
