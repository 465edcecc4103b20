import Basics
import Files
import Foundation
import SystemPackage

/// Grows a log's tiles: keeps the unfinished tile of every level in memory and writes what changed.
struct TileWriter {
    private let log: LogFolder
    private(set) var tiles: TileReader
    private(set) var size: UInt64
    private var right: [[SHA256Digest]] = []
    private var entries: [UInt8] = []
    private var isLoaded = false
    private var written: Set<FilePath> = []

    /// Grows the log that has `size` entries now; only with its lock in hand.
    init(_ log: LogFolder, size: UInt64) {
        self.log = log
        self.size = size
        tiles = TileReader(folder: log.path, size: size)
    }

    /// Reads the unfinished tile of each level.
    private mutating func load() throws(LedgerError) {
        guard !isLoaded else { return }
        isLoaded = true
        var level = 0
        while size >> UInt64(level * TilePath.height) > 0 {
            let count = size >> UInt64(level * TilePath.height)
            var hashes: [SHA256Digest] = []
            if count % TilePath.width != 0 {
                let tile = try tiles.contents(level: level, number: count / TilePath.width).bytes
                for position in stride(from: 0, to: tile.count, by: SHA256Digest.byteCount) {
                    guard let hash = SHA256Digest(bytes: Array(tile[position..<(position + SHA256Digest.byteCount)])) else { break }
                    hashes.append(hash)
                }
            }
            right.append(hashes)
            level += 1
        }
        if size % TilePath.width != 0 {
            for entry in try tiles.entries(ofTile: size / TilePath.width) { entries += Self.framed(entry) }
        }
    }

    private static func framed(_ entry: some Collection<UInt8>) -> [UInt8] { [UInt8(entry.count >> 8), UInt8(entry.count & 255)] + entry }

    /// Takes a leaf; tiles that become whole are written at once, unfinished ones by `flush`.
    mutating func append(_ entry: Data, _ hash: SHA256Digest) throws(LedgerError) -> UInt64 {
        try load()
        let index = size
        entries += Self.framed(entry)
        size += 1
        if size % TilePath.width == 0 {
            try write(entries, to: TilePath.entries(number: index / TilePath.width, width: TilePath.width))
            entries = []
        }
        var carried: SHA256Digest? = hash
        var level = 0
        while let hash = carried {
            if right.count == level { right.append([]) }
            right[level].append(hash)
            carried = nil
            if right[level].count == Int(TilePath.width) {
                let number = (size >> UInt64(level * TilePath.height)) / TilePath.width - 1
                try write(right[level].flatMap(\.bytes), to: TilePath.hashes(level: level, number: number, width: TilePath.width))
                carried = MerkleTree.root(of: right[level][...])
                right[level] = []
            }
            level += 1
        }
        return index
    }

    /// Writes the unfinished tiles and forces every folder that was written to onto the disk.
    mutating func flush() throws(LedgerError) {
        try load()
        if !entries.isEmpty {
            try write(entries, to: TilePath.entries(number: size / TilePath.width, width: size % TilePath.width))
        }
        for (level, hashes) in right.enumerated() where !hashes.isEmpty {
            let count = size >> UInt64(level * TilePath.height)
            try write(hashes.flatMap(\.bytes), to: TilePath.hashes(level: level, number: count / TilePath.width, width: UInt64(hashes.count)))
        }
        for folder in written.sorted(by: { $0.string < $1.string }) {
            do throws(FileError) { try folder.forceToDisk() } catch { throw .file(error) }
        }
        tiles = TileReader(folder: log.path, size: size)
    }

    private mutating func write(_ bytes: [UInt8], to name: String) throws(LedgerError) {
        let path = log.path.appending(name)
        var folder = path.removingLastComponent()
        do throws(FileError) { if !folder.exists { try folder.createDirectory() } } catch { throw .file(error) }
        try log.write(Data(bytes), to: path)
        while folder != log.path, folder.starts(with: log.path) {
            written.insert(folder)
            folder = folder.removingLastComponent()
        }
        written.insert(log.path)
    }

    /// The root over what has been flushed or was there.
    func root() throws(LedgerError) -> SHA256Digest { try tiles.root() }
}

extension FilePath {
    /// Makes the names in this folder survive a power cut, as `fsync(2)` of a file does not.
    func forceToDisk() throws(FileError) {
        do {
            let folder = try FileDescriptor.open(self, .readOnly, options: [.directory, .closeOnExec])
            defer { try? folder.close() }
            guard fsync(folder.rawValue) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            throw .system(action: "force to the disk", path: self, errno: error as? Errno ?? .ioError)
        }
    }
}
