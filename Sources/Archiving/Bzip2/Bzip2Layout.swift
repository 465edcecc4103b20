/// Where the blocks of a bzip2 file lie, found without decoding them.
///
/// A mark that stands inside a block by chance, or one that is missing, makes the checksum of its stream differ from the one in the
/// stream's end; such a file is refused, and has to be decoded instead.
public struct Bzip2Layout: Sendable {
    public struct Block: Hashable, Sendable {
        /// The block's bits, from its mark to the next one.
        public let bits: Range<Int64>
        public let crc: UInt32
        public let level: Int
    }

    public let file: OpenedFile
    /// Of all streams, in order.
    public let blocks: [Block]

    public init(reading file: OpenedFile) throws(ArchiveError) {
        self.file = file
        var scanner = Bzip2Scanner(file, range: 0..<file.size)
        var blocks: [Block] = []
        var offset: Int64 = 0
        repeat {
            guard file.size - offset >= 14 else { throw .bzip2(offset == 0 ? .truncated : .trailingBytes(offset: offset)) }
            let header = try file.bytes(offset..<offset + 4)
            guard header.starts(with: [0x42, 0x5A, 0x68]), (0x31...0x39).contains(header[3]) else {
                throw .bzip2(offset == 0 ? .noSignature : .trailingBytes(offset: offset))
            }
            offset = try Self.readStream(file, at: offset, level: Int(header[3] - 0x30), &scanner, &blocks)
        } while offset < file.size
        self.blocks = blocks
    }

    private static func readStream(
        _ file: OpenedFile, at offset: Int64, level: Int, _ scanner: inout Bzip2Scanner, _ blocks: inout [Block]
    ) throws(ArchiveError) -> Int64 {
        var crc: UInt32 = 0
        var last: Bzip2Mark?
        while let mark = try scanner.nextMark() {
            guard last != nil || mark.bit == (offset + 4) * 8 else { throw .bzip2(.malformed(what: "a stream's first block", bit: mark.bit)) }
            if let last {
                let own = try number(file, at: last.bit + Bzip2Mark.bits)
                crc = Bzip2CRC.combined(crc, own)
                blocks.append(Block(bits: last.bit..<mark.bit, crc: own, level: level))
            }
            guard mark.kind == .end else {
                last = mark
                continue
            }
            guard try number(file, at: mark.bit + Bzip2Mark.bits) == crc else { throw .bzip2(.wrongCRC(what: "a stream", bit: mark.bit)) }
            return (mark.bit + Bzip2Mark.bits + 32 + 7) / 8
        }
        throw .bzip2(.truncated)
    }

    /// The 32 bits at `bit`.
    private static func number(_ file: OpenedFile, at bit: Int64) throws(ArchiveError) -> UInt32 {
        let first = bit / 8
        let last = (bit + 32 + 7) / 8
        guard last <= file.size else { throw .bzip2(.truncated) }
        let bytes = try file.bytes(first..<last) + [UInt8](repeating: 0, count: 8)
        return bytes.withUnsafeBytes { buffer in
            var reader = BitReader(buffer, at: Int(bit % 8))
            return UInt32(truncatingIfNeeded: reader.take(32))
        }
    }

    /// Calls `body` with the bits of `blocks`, which must follow one another in one stream or be moved together, as if the first of
    /// them began a byte; the last byte is filled with zeros. Equal blocks give equal bytes wherever they lie.
    public func forEachBuffer(
        of blocks: ArraySlice<Block>, _ body: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void
    ) throws(ArchiveError) {
        let sink = ClosureSink()
        var writer = BitWriter(into: sink)
        for block in blocks {
            try writer.append(file, bits: block.bits)
            try sink.drain(body)
        }
        try writer.finish()
        try sink.drain(body)
    }

    /// Keeps what a bit writer gives until it is asked for.
    private final class ClosureSink: ByteSink {
        private var bytes: [UInt8] = []
        func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) { self.bytes += bytes }
        func drain(_ body: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void) throws(ArchiveError) {
            let result = bytes.withUnsafeBytes { buffer in Result { () throws(ArchiveError) in try body(buffer) } }
            bytes.removeAll(keepingCapacity: true)
            try result.get()
        }
    }
}
