/// Finds the marks of a bzip2 file at every bit offset, without decoding anything.
///
/// A mark covers at least five whole bytes wherever it begins, so of any four neighbouring places one has two of its bytes: looking up
/// every fourth pair of bytes finds all. By chance the mark also turns up inside a block, once in 2⁴⁸ bits; whoever decodes
/// sees that, and whoever does not must compare the checksums.
struct Bzip2Scanner {
    private let file: OpenedFile
    private let end: Int64
    private var position: Int64
    private var found: [Bzip2Mark] = []
    private var next = 0
    private var told: Int64 = -1
    /// Behind the first chunk, bytes are kept from before, because a mark may lie across the edge.
    private static let chunk = 1 << 20
    private static let overlap = 16
    private let buffer: Chunk

    private final class Chunk {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: Bzip2Scanner.chunk + 64, alignment: 64)
        deinit { bytes.deallocate() }
    }

    /// Scans the bytes of `range`.
    init(_ file: OpenedFile, range: Range<Int64>) {
        self.file = file
        position = range.lowerBound
        end = range.upperBound
        buffer = Chunk()
    }

    /// The next mark in the file's order, or nil behind the last one.
    mutating func nextMark() throws(ArchiveError) -> Bzip2Mark? {
        while next == found.count {
            guard position < end else { return nil }
            try scanChunk()
        }
        next += 1
        return found[next - 1]
    }

    private mutating func scanChunk() throws(ArchiveError) {
        let wanted = Int(min(Int64(Self.chunk), end - position))
        var filled = 0
        while filled < wanted {
            filled += try file.read(at: position + Int64(filled), into: UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[filled..<wanted]))
        }
        UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[wanted...]).initializeMemory(as: UInt8.self, repeating: 0)
        found.removeAll(keepingCapacity: true)
        next = 0
        let isFinal = position + Int64(wanted) == end
        let base = position * 8
        // The overlap is seen twice; what it held must not be told twice.
        Self.marks(in: UnsafeRawBufferPointer(buffer.bytes), count: wanted) { kind, bit in
            guard base + Int64(bit) > told else { return }
            told = base + Int64(bit)
            found.append(Bzip2Mark(kind: kind, bit: told))
        }
        position = isFinal ? end : position + Int64(wanted - Self.overlap)
    }

    /// Calls `body` with every mark that begins and ends in the first `count` bytes, in order. 16 bytes behind them must be readable.
    static func marks(in bytes: UnsafeRawBufferPointer, count: Int, _ body: (Bzip2Mark.Kind, Int) -> Void) {
        guard count >= 6 else { return }
        var reported = -1
        pairs.withUnsafeBufferPointer { pairs in
            var place = 0
            while place < count {
                let pair = Int(bytes[place]) << 8 | Int(bytes[place + 1])
                if pairs[pair >> 6] >> UInt64(pair & 63) & 1 == 1 {
                    // The mark begins at most five bytes before this pair.
                    for start in max(0, place - 5)...place {
                        guard start + 6 <= count + 1 else { break }
                        let high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
                        for shift in 0..<8 {
                            let value = high >> UInt64(16 - shift) & 0xFFFF_FFFF_FFFF
                            guard value == Bzip2Mark.block || value == Bzip2Mark.end else { continue }
                            let bit = start * 8 + shift
                            guard bit > reported, bit + 48 <= count * 8 else { continue }
                            reported = bit
                            body(value == Bzip2Mark.block ? .block : .end, bit)
                        }
                    }
                }
                place += 4
            }
        }
    }

    /// A bit for each pair of bytes that may lie wholly inside a mark.
    private static let pairs: [UInt64] = {
        var pairs = [UInt64](repeating: 0, count: 1024)
        for mark in [Bzip2Mark.block, Bzip2Mark.end] {
            for shift in 0...32 {
                let pair = Int(mark >> UInt64(shift) & 0xFFFF)
                pairs[pair >> 6] |= 1 << UInt64(pair & 63)
            }
        }
        return pairs
    }()
}
