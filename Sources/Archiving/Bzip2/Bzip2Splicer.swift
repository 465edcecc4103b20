public import Foundation

/// Makes one bzip2 stream of newly compressed bytes and of blocks of an old file, which are moved bit for bit.
///
/// One stream, because rattler's reader stops at the first stream's end.
public struct Bzip2Splicer {
    private var writer: BitWriter
    private var crc: UInt32 = 0
    private let level: Int

    /// Begins the stream; no block of a higher level than `level` may follow.
    public init(into sink: any ByteSink, level: Int) throws(ArchiveError) {
        self.level = level
        writer = BitWriter(into: sink)
        try sink.write([0x42, 0x5A, 0x68, UInt8(0x30 + level)])
    }

    /// Compresses `bytes` and appends the blocks.
    public mutating func append(compressing bytes: Data) throws(ArchiveError) {
        try append(try Self.compress(bytes, level: level))
    }

    /// Appends the blocks of an old file.
    public mutating func append(_ blocks: ArraySlice<Bzip2Layout.Block>, of layout: Bzip2Layout) throws(ArchiveError) {
        for block in blocks {
            try writer.append(layout.file, bits: block.bits)
            crc = Bzip2CRC.combined(crc, block.crc)
        }
    }

    /// Writes the stream's end.
    public mutating func finish() throws(ArchiveError) {
        try writer.append(Bzip2Mark.end, count: 48)
        try writer.append(UInt64(crc), count: 32)
        try writer.finish()
    }

    /// Blocks in memory, with the stream around them.
    struct Packed: Sendable {
        let bytes: [UInt8]
        let blocks: [(bits: Range<Int>, crc: UInt32)]
    }

    mutating func append(_ packed: Packed) throws(ArchiveError) {
        for block in packed.blocks {
            try writer.append(packed.bytes, bits: block.bits)
            crc = Bzip2CRC.combined(crc, block.crc)
        }
    }

    /// Compresses with libarchive and finds the blocks in the result.
    static func compress(_ bytes: Data, level: Int) throws(ArchiveError) -> Packed {
        let sink = MemorySink(limit: bytes.count + bytes.count / 50 + 4096)
        var writer = try ArchiveWriter.openRaw(sink, compression: .bzip2(level: level))
        try writer.add(ArchiveEntry(path: "data", kind: .file), contents: bytes)
        try writer.finish()
        let packed = Array(sink.data)
        let padded = packed + [UInt8](repeating: 0, count: 16)
        var marks: [Bzip2Mark] = []
        padded.withUnsafeBytes { buffer in
            Bzip2Scanner.marks(in: buffer, count: packed.count) { marks.append(Bzip2Mark(kind: $0, bit: Int64($1))) }
        }
        func number(_ bit: Int64) -> UInt32 {
            padded.withUnsafeBytes { buffer in
                var reader = BitReader(buffer, at: Int(bit))
                return UInt32(truncatingIfNeeded: reader.take(32))
            }
        }
        var blocks: [(Range<Int>, UInt32)] = []
        var crc: UInt32 = 0
        for (mark, next) in zip(marks, marks.dropFirst()) {
            guard mark.kind == .block else { break }
            blocks.append((Int(mark.bit)..<Int(next.bit), number(mark.bit + 48)))
            crc = Bzip2CRC.combined(crc, number(mark.bit + 48))
        }
        guard let last = marks.last, last.kind == .end, number(last.bit + 48) == crc, last.bit + 80 > Int64(packed.count - 1) * 8 else {
            throw .bzip2(.wrongCRC(what: "what was just compressed", bit: 0))
        }
        return Packed(bytes: packed, blocks: blocks)
    }
}
