import Basics
public import Foundation

/// One of the files that make up a log of a certain size, for those who copy logs.
public struct LogFile: Hashable, Sendable {
    /// Relative to the log's folder.
    public let name: String
    /// The most that it can have.
    public let byteLimit: Int
    /// What it is likely to have.
    public let expectedByteCount: Int
    /// For a part of a tile, the whole tile that may have taken its place.
    public let whole: String?
    private let isHashes: Bool
    private let width: Int

    static func hashes(level: Int, number: UInt64, width: UInt64) -> LogFile {
        let limit = Int(TilePath.width) * SHA256Digest.byteCount
        return LogFile(
            name: TilePath.hashes(level: level, number: number, width: width), byteLimit: limit,
            expectedByteCount: Int(width) * SHA256Digest.byteCount,
            whole: width == TilePath.width ? nil : TilePath.hashes(level: level, number: number, width: TilePath.width), isHashes: true,
            width: Int(width))
    }

    static func entries(number: UInt64, width: UInt64) -> LogFile {
        LogFile(
            name: TilePath.entries(number: number, width: width), byteLimit: TilePath.entriesByteLimit, expectedByteCount: Int(width) * 512,
            whole: width == TilePath.width ? nil : TilePath.entries(number: number, width: TilePath.width), isHashes: false, width: Int(width))
    }

    /// The beginning of the whole tile that this part is; nil where it does not reach that far.
    public func part(of whole: Data) -> Data? {
        if isHashes {
            let count = width * SHA256Digest.byteCount
            return whole.count >= count ? whole.prefix(count) : nil
        }
        let bytes = [UInt8](whole)
        var position = 0
        for _ in 0..<width {
            guard position + 2 <= bytes.count else { return nil }
            position += 2 + (Int(bytes[position]) << 8 | Int(bytes[position + 1]))
        }
        return position <= bytes.count ? Data(bytes[..<position]) : nil
    }
}

extension LogFolder {
    /// All tiles and bundles of entries that the log has at a checkpoint.
    public func files(of checkpoint: Checkpoint) -> [LogFile] {
        var files: [LogFile] = []
        var level = 0
        while checkpoint.size >> UInt64(level * TilePath.height) > 0, level < 8 {
            let count = checkpoint.size >> UInt64(level * TilePath.height)
            for number in 0...((count - 1) / TilePath.width) {
                let width = min(TilePath.width, count - number * TilePath.width)
                files.append(.hashes(level: level, number: number, width: width))
                if level == 0 { files.append(.entries(number: number, width: width)) }
            }
            level += 1
        }
        return files
    }
}
