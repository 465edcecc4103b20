import Foundation

/// One block that a thread decodes while others are waited for.
final class Bzip2Job {
    /// Where the block's mark begins in the file.
    let bit: Int64
    /// Where the next mark was seen; almost always where the block ends.
    let hint: Int64
    let level: Int
    var isDone = false
    var result: Result<Decoded, ArchiveError> = .failure(.bzip2(.truncated))

    struct Decoded {
        /// The bit behind the block.
        var end: Int64
        var crc: UInt32
        var contents: Contents
    }

    enum Contents {
        /// Runs expanded.
        case whole([UInt8])
        /// Runs still to be expanded, because the block becomes much larger by it.
        case packed([UInt8])
    }

    init(bit: Int64, hint: Int64, level: Int) {
        self.bit = bit
        self.hint = hint
        self.level = level
    }

    /// The most that a block's expanded bytes may take while others wait.
    private static let wholeLimit = 2 << 20

    /// Decodes the block and checks its CRC.
    func decode(_ file: OpenedFile, end: Int64, with decoder: Bzip2BlockDecoder) throws(ArchiveError) -> Decoded {
        let stop = try read(file, end: end, with: decoder)
        decoder.follow()
        return try finish(decoder, end: stop)
    }

    /// Reads the block as far as `Bzip2BlockDecoder.follow` wants it, and says where it ends in the file.
    func read(_ file: OpenedFile, end: Int64, with decoder: Bzip2BlockDecoder) throws(ArchiveError) -> Int64 {
        let first = bit / 8
        // What the scanner took for the next mark may stand inside this block by chance: then it is read on as far as a block can go.
        for last in [min(end, (hint + 7) / 8), min(end, first + Int64(Bzip2BlockDecoder.maximumPackedBytes))] {
            guard last > first else { continue }
            let bytes = try file.bytes(first..<last) + [UInt8](repeating: 0, count: 16)
            let limit = Int(last - first) * 8
            let result = bytes.withUnsafeBytes { buffer in
                Result { () throws(Bzip2BlockDecoder.Failure) in try decoder.read(buffer, at: Int(bit % 8), limit: limit, level: level) }
            }
            switch result {
            case .success(let stop): return first * 8 + Int64(stop)
            case .failure(.outOfBits): continue
            case .failure(.malformed(let what)): throw .bzip2(.malformed(what: what, bit: bit))
            }
        }
        throw .bzip2(.truncated)
    }

    /// Expands the runs of what was read and followed, and checks the CRC.
    func finish(_ decoder: Bzip2BlockDecoder, end: Int64) throws(ArchiveError) -> Decoded {
        let packed = UnsafeBufferPointer(start: decoder.contents, count: decoder.count)
        var expander = RunExpander()
        var crc = Bzip2CRC()
        var whole: [UInt8]? = []
        whole?.reserveCapacity(packed.count + packed.count / 4)
        var taken = 0
        let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 64 << 10)
        defer { piece.deallocate() }
        while true {
            let step = expander.expand(UnsafeBufferPointer(rebasing: packed[taken...]), into: piece)
            guard step.given > 0 || step.taken > 0 else { break }
            taken += step.taken
            let part = UnsafeBufferPointer(rebasing: piece[..<step.given])
            crc.update(UnsafeRawBufferPointer(part))
            if let kept = whole?.count {
                if kept + part.count <= Self.wholeLimit { whole?.append(contentsOf: part) } else { whole = nil }
            }
        }
        guard expander.isComplete else { throw .bzip2(.malformed(what: "a run", bit: bit)) }
        guard crc.value == decoder.crc else { throw .bzip2(.wrongCRC(what: "a block", bit: bit)) }
        return Decoded(end: end, crc: crc.value, contents: whole.map { .whole($0) } ?? .packed(Array(packed)))
    }
}
