import Basics
import Files
import Foundation
import SystemPackage

/// Reads the hashes and entries of a log of `size` entries from its tiles, each tile once.
struct TileReader {
    let folder: FilePath
    let size: UInt64
    private var cache: [String: [UInt8]] = [:]

    init(folder: FilePath, size: UInt64) {
        self.folder = folder
        self.size = size
    }

    /// The number of hashes that level `level` of the tiles holds.
    private func count(ofTileLevel level: Int) -> UInt64 { size >> UInt64(level * TilePath.height) }

    /// How many hashes the tile has: 256, or fewer in the last one.
    private func width(level: Int, number: UInt64) -> UInt64 { min(TilePath.width, count(ofTileLevel: level) - number * TilePath.width) }

    mutating func tile(level: Int, number: UInt64) throws(LedgerError) -> [UInt8] {
        let width = width(level: level, number: number)
        return try read(TilePath.hashes(level: level, number: number, width: width), byteCount: Int(width) * SHA256Digest.byteCount)
    }

    private mutating func read(_ name: String, byteCount: Int?) throws(LedgerError) -> [UInt8] {
        if let bytes = cache[name] { return bytes }
        let path = folder.appending(name)
        let bytes: [UInt8]
        do throws(FileError) { bytes = Array(try path.contents(limit: 32 << 20)) } catch { throw .file(error) }
        guard byteCount == nil || bytes.count == byteCount else { throw .tileMalformed(path) }
        // A walk over a large log passes many tiles; the last few are the ones that are asked for again.
        if cache.count >= 64 { cache.removeAll() }
        cache[name] = bytes
        return bytes
    }

    /// The hash of the subtree over 2^level leaves from index·2^level on.
    mutating func hash(level: Int, index: UInt64) throws(LedgerError) -> SHA256Digest {
        let tileLevel = level / TilePath.height
        let rest = level % TilePath.height
        let first = index << UInt64(rest)
        let tile = try tile(level: tileLevel, number: first / TilePath.width)
        let start = Int(first % TilePath.width)
        var hashes: [SHA256Digest] = []
        for position in start..<(start + 1 << rest) {
            let bytes = tile[(position * SHA256Digest.byteCount)...].prefix(SHA256Digest.byteCount)
            guard let hash = SHA256Digest(bytes: Array(bytes)) else { throw .tileMalformed(folder.appending("tile")) }
            hashes.append(hash)
        }
        return MerkleTree.root(of: hashes[...])
    }

    mutating func root() throws(LedgerError) -> SHA256Digest { try root(at: size) }

    mutating func root(at size: UInt64) throws(LedgerError) -> SHA256Digest {
        try withSource { source throws(LedgerError) in try MerkleTree.root(of: size, from: source) }
    }

    mutating func inclusionProof(of index: UInt64) throws(LedgerError) -> [SHA256Digest] {
        let size = size
        return try withSource { source throws(LedgerError) in try MerkleTree.inclusionProof(of: index, in: size, from: source) }
    }

    mutating func consistencyProof(from oldSize: UInt64) throws(LedgerError) -> [SHA256Digest] { try consistencyProof(from: oldSize, to: size) }

    mutating func consistencyProof(from oldSize: UInt64, to newSize: UInt64) throws(LedgerError) -> [SHA256Digest] {
        try withSource { source throws(LedgerError) in try MerkleTree.consistencyProof(from: oldSize, to: newSize, from: source) }
    }

    /// The tree's functions want a closure, and a closure cannot keep a cache in `self`: it keeps it in a copy that comes back.
    private mutating func withSource<Value>(
        _ body: (_ source: (Int, UInt64) throws(LedgerError) -> SHA256Digest) throws(LedgerError) -> Value
    ) throws(LedgerError) -> Value {
        var reader = self
        let value = try body { level, index throws(LedgerError) in try reader.hash(level: level, index: index) }
        self = reader
        return value
    }

    /// Where each of `hashes` stands first; looks through all leaves, from the newest tile back, until all are found.
    mutating func indices(of hashes: Set<SHA256Digest>) throws(LedgerError) -> [SHA256Digest: UInt64] {
        var missing = Set(hashes.map(\.bytes))
        var indices: [SHA256Digest: UInt64] = [:]
        guard size > 0 else { return indices }
        for number in stride(from: Int64((size - 1) / TilePath.width), through: 0, by: -1) where !missing.isEmpty {
            let tile = try tile(level: 0, number: UInt64(number))
            for position in 0..<(tile.count / SHA256Digest.byteCount) {
                let bytes = Array(tile[(position * SHA256Digest.byteCount)...].prefix(SHA256Digest.byteCount))
                if missing.remove(bytes) != nil, let hash = SHA256Digest(bytes: bytes) {
                    indices[hash] = UInt64(number) * TilePath.width + UInt64(position)
                }
            }
        }
        return indices
    }

    /// All entries' bytes.
    mutating func entries() throws(LedgerError) -> [Data] {
        var entries: [Data] = []
        for number in 0..<((size + TilePath.width - 1) / TilePath.width) { entries += try self.entries(ofTile: number) }
        return entries
    }

    /// The entries of one bundle: each is its length in two bytes, big-endian, and itself.
    mutating func entries(ofTile number: UInt64) throws(LedgerError) -> [Data] {
        let width = width(level: 0, number: number)
        let name = TilePath.entries(number: number, width: width)
        let bytes = try read(name, byteCount: nil)
        var entries: [Data] = []
        var position = 0
        while position < bytes.count {
            guard position + 2 <= bytes.count else { throw .tileMalformed(folder.appending(name)) }
            let count = Int(bytes[position]) << 8 | Int(bytes[position + 1])
            guard position + 2 + count <= bytes.count else { throw .tileMalformed(folder.appending(name)) }
            entries.append(Data(bytes[(position + 2)..<(position + 2 + count)]))
            position += 2 + count
        }
        guard entries.count == Int(width) else { throw .tileMalformed(folder.appending(name)) }
        return entries
    }
}
