import Basics
import Files
import Foundation
import SystemPackage

/// Reads the hashes and entries of a log of `size` entries from its files, and keeps the tiles that it has read.
final class TileReader {
    let folder: FilePath
    let size: UInt64
    /// The tiles of the lowest level: many, and few of them are asked for again.
    private var leaves: [UInt64: HashTile] = [:]
    /// All others: a few hundredths of them, and every proof goes through one of each level.
    private var above: [[UInt64: HashTile]] = []
    private static let leafTileLimit = 1024

    init(folder: FilePath, size: UInt64) {
        self.folder = folder
        self.size = size
    }

    /// The number of hashes that level `level` of the tiles holds.
    private func count(ofTileLevel level: Int) -> UInt64 { size >> UInt64(level * TilePath.height) }

    /// How many hashes the tile has: 256, or fewer in the last one.
    private func width(level: Int, number: UInt64) -> UInt64 { min(TilePath.width, count(ofTileLevel: level) - number * TilePath.width) }

    /// A tile, from the cache where it is there.
    func tile(level: Int, number: UInt64) throws(LedgerError) -> HashTile {
        if level == 0 {
            if let tile = leaves[number] { return tile }
        } else if above.indices.contains(level), let tile = above[level][number] {
            return tile
        }
        let (path, bytes) = try contents(level: level, number: number)
        guard let tile = HashTile(bytes) else { throw .tileMalformed(path) }
        if level == 0 {
            if leaves.count >= Self.leafTileLimit { leaves.removeAll() }
            leaves[number] = tile
        } else {
            while above.count <= level { above.append([:]) }
            above[level][number] = tile
        }
        return tile
    }

    /// A tile's bytes as they are in its file.
    func contents(level: Int, number: UInt64) throws(LedgerError) -> (path: FilePath, bytes: [UInt8]) {
        let width = width(level: level, number: number)
        let path = folder.appending(TilePath.hashes(level: level, number: number, width: width))
        let bytes = try read(path, limit: Int(TilePath.width) * SHA256Digest.byteCount)
        guard bytes.count == Int(width) * SHA256Digest.byteCount else { throw .tileMalformed(path) }
        return (path, bytes)
    }

    private func read(_ path: FilePath, limit: Int) throws(LedgerError) -> [UInt8] {
        do throws(FileError) { return Array(try path.contents(limit: limit)) } catch { throw .file(error) }
    }

    /// The hash of the subtree over 2^level leaves from index·2^level on.
    func hash(level: Int, index: UInt64) throws(LedgerError) -> SHA256Digest {
        let tileLevel = level / TilePath.height
        let rest = level % TilePath.height
        let first = index << UInt64(rest)
        let number = first / TilePath.width
        guard let hash = try tile(level: tileLevel, number: number).hash(height: rest, index: Int(first % TilePath.width) >> rest) else {
            throw .tileMalformed(folder.appending(TilePath.hashes(level: tileLevel, number: number, width: width(level: tileLevel, number: number))))
        }
        return hash
    }

    func root() throws(LedgerError) -> SHA256Digest { try root(at: size) }

    func root(at size: UInt64) throws(LedgerError) -> SHA256Digest {
        try MerkleTree.root(of: size) { level, index throws(LedgerError) in try hash(level: level, index: index) }
    }

    func inclusionProof(of index: UInt64) throws(LedgerError) -> [SHA256Digest] {
        try MerkleTree.inclusionProof(of: index, in: size) { level, index throws(LedgerError) in try hash(level: level, index: index) }
    }

    func consistencyProof(from oldSize: UInt64, to newSize: UInt64) throws(LedgerError) -> [SHA256Digest] {
        try MerkleTree.consistencyProof(from: oldSize, to: newSize) { level, index throws(LedgerError) in try hash(level: level, index: index) }
    }

    /// Where each of `hashes` stands first; looks through all leaves, from the newest tile back, until all are found.
    func indices(of hashes: Set<SHA256Digest>) throws(LedgerError) -> [SHA256Digest: UInt64] {
        var missing = Dictionary(grouping: hashes) { Self.beginning($0.bytes, at: 0) }
        var indices: [SHA256Digest: UInt64] = [:]
        guard size > 0 else { return indices }
        for number in stride(from: Int64((size - 1) / TilePath.width), through: 0, by: -1) where !missing.isEmpty {
            let tile = try contents(level: 0, number: UInt64(number)).bytes
            for position in 0..<(tile.count / SHA256Digest.byteCount) {
                let start = position * SHA256Digest.byteCount
                let beginning = Self.beginning(tile, at: start)
                guard let candidates = missing[beginning] else { continue }
                for hash in candidates where tile[start..<(start + SHA256Digest.byteCount)].elementsEqual(hash.bytes) {
                    indices[hash] = UInt64(number) * TilePath.width + UInt64(position)
                    let rest = candidates.filter { $0 != hash }
                    missing[beginning] = rest.isEmpty ? nil : rest
                }
            }
        }
        return indices
    }

    /// The first eight bytes of a hash: enough to pass over nearly all others.
    private static func beginning(_ bytes: [UInt8], at start: Int) -> UInt64 {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: UInt64.self) }
    }

    /// The entries of one bundle: each is its length in two bytes, big-endian, and itself.
    func entries(ofTile number: UInt64) throws(LedgerError) -> [ArraySlice<UInt8>] {
        let width = width(level: 0, number: number)
        let path = folder.appending(TilePath.entries(number: number, width: width))
        let bytes = try read(path, limit: TilePath.entriesByteLimit)
        var entries: [ArraySlice<UInt8>] = []
        entries.reserveCapacity(Int(width))
        var position = 0
        while position < bytes.count {
            guard position + 2 <= bytes.count else { throw .tileMalformed(path) }
            let count = Int(bytes[position]) << 8 | Int(bytes[position + 1])
            guard position + 2 + count <= bytes.count else { throw .tileMalformed(path) }
            entries.append(bytes[(position + 2)..<(position + 2 + count)])
            position += 2 + count
        }
        guard entries.count == Int(width) else { throw .tileMalformed(path) }
        return entries
    }
}
