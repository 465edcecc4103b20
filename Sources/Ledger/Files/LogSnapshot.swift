public import Basics
import Cryptography
public import Foundation

/// A log as of one checkpoint. What is read of it is kept, so that a thousand questions cost little more reading than one.
///
/// Made by `LogFolder.snapshot()`; the log may grow meanwhile, and the answers stay those of this checkpoint.
public final class LogSnapshot {
    public let head: VerifiedCheckpoint
    private let tiles: TileReader

    init(_ head: VerifiedCheckpoint, of log: LogFolder) {
        self.head = head
        tiles = TileReader(folder: log.path, size: head.checkpoint.size)
    }

    private var size: UInt64 { head.checkpoint.size }

    /// A proof for the entry that stands at `index`.
    public func prove(index: UInt64) throws(LedgerError) -> LogProof {
        guard index < size else { throw .indexOutside(index: index, size: size) }
        return LogProof(index: index, hashes: try tiles.inclusionProof(of: index), note: head.note)
    }

    /// Proofs of entries, in their order; an entry that the log does not hold is an error.
    public func prove(_ entries: [LedgerEntry]) throws(LedgerError) -> [LogProof] {
        let hashes = entries.map(\.leafHash)
        let indices = try tiles.indices(of: Set(hashes))
        var proofs: [LogProof] = []
        for hash in hashes {
            guard let index = indices[hash] else { throw .notInLog }
            proofs.append(try prove(index: index))
        }
        return proofs
    }

    /// The consistency proof between two sizes that the log has had.
    public func proveConsistency(from oldSize: UInt64, to newSize: UInt64) throws(LedgerError) -> [SHA256Digest] {
        guard oldSize <= newSize, newSize <= size else { throw .indexOutside(index: max(oldSize, newSize), size: size) }
        return try tiles.consistencyProof(from: oldSize, to: newSize)
    }

    /// The root that the log had when it was of `size`: what an old checkpoint is held against.
    public func root(at size: UInt64) throws(LedgerError) -> SHA256Digest {
        guard size <= self.size else { throw .indexOutside(index: size, size: self.size) }
        return try tiles.root(at: size)
    }

    /// Hands over every entry from `start` on, and throws `treeContradictsCheckpoint` at the end unless they are the signed tree's.
    ///
    /// Nothing may be concluded before it has returned: the last entry can be what shows that the first one was swapped. The entries before `start`
    /// are not read; `known` is the root that the tree of `start` entries must have, by whatever the caller has seen before.
    public func readEntries(
        from start: UInt64 = 0, after known: SHA256Digest = MerkleTree.emptyRoot, _ body: (_ index: UInt64, _ entry: ArraySlice<UInt8>) throws -> Void
    ) throws {
        guard start <= size else { throw LedgerError.rollback(remembered: start, found: size) }
        var frontier = try MerkleFrontier(of: start) { level, index throws(LedgerError) in try tiles.hash(level: level, index: index) }
        guard frontier.root == known else { throw LedgerError.treeContradictsCheckpoint }
        var leaf = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
        var hasher = RepeatedSHA256()
        var index = start / TilePath.width * TilePath.width
        while index < size {
            for entry in try tiles.entries(ofTile: index / TilePath.width) {
                if index >= start {
                    leaf.withUnsafeMutableBytes { leaf in entry.withUnsafeBytes { hasher.hash(0, $0, to: leaf) } }
                    guard let hash = SHA256Digest(bytes: leaf) else { throw LedgerError.treeContradictsCheckpoint }
                    frontier.append(hash)
                    try body(index, entry)
                }
                index += 1
            }
        }
        guard frontier.size == size, frontier.root == head.checkpoint.root else { throw LedgerError.treeContradictsCheckpoint }
    }

    /// The entries' bytes, from the first on, compared with the signed root.
    public func entries() throws -> [Data] {
        var entries: [Data] = []
        try readEntries { entries.append(Data($1)) }
        return entries
    }

    /// Recomputes the whole tree from the entries and compares every tile and the signed root.
    func verify() throws(LedgerError) {
        var nodes: [SHA256Digest] = []
        do { try readEntries { nodes.append(MerkleTree.leafHash(Data($1))) } } catch {
            throw error as? LedgerError ?? .treeContradictsCheckpoint
        }
        var level = 0
        while !nodes.isEmpty {
            var parents: [SHA256Digest] = []
            for start in stride(from: 0, to: nodes.count, by: Int(TilePath.width)) {
                let covered = nodes[start..<min(start + Int(TilePath.width), nodes.count)]
                let tile = try tiles.contents(level: level, number: UInt64(start) / TilePath.width).bytes
                guard tile.elementsEqual(covered.lazy.flatMap(\.bytes)) else { throw .treeContradictsCheckpoint }
                if covered.count == Int(TilePath.width) { parents.append(MerkleTree.root(of: covered)) }
            }
            nodes = parents
            level += 1
        }
    }
}
