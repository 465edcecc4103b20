/// Writes bits into a sink, the highest of each byte first, and moves long runs of bits eight bytes a step.
struct BitWriter {
    private let sink: any ByteSink
    /// Fewer than eight bits, the last ones, in the low end.
    private var pending: UInt8 = 0
    private var pendingCount = 0

    init(into sink: any ByteSink) { self.sink = sink }

    /// The lowest `count` bits of `value`.
    mutating func append(_ value: UInt64, count: Int) throws(ArchiveError) {
        var bytes: [UInt8] = []
        for index in 0..<count {
            pending = pending << 1 | UInt8(value >> UInt64(count - 1 - index) & 1)
            pendingCount += 1
            if pendingCount == 8 {
                bytes.append(pending)
                (pending, pendingCount) = (0, 0)
            }
        }
        try sink.write(bytes)
    }

    /// The bits of `range` of a file.
    mutating func append(_ file: OpenedFile, bits range: Range<Int64>) throws(ArchiveError) {
        var bit = range.lowerBound
        while bit < range.upperBound {
            let end = min(range.upperBound, bit + 8 << 20)
            let first = bit / 8
            let bytes = try file.bytes(first..<(end + 7) / 8)
            try append(bytes, bits: Int(bit - first * 8)..<Int(end - first * 8))
            bit = end
        }
    }

    /// The bits of `range` of bytes in memory.
    mutating func append(_ source: [UInt8], bits range: Range<Int>) throws(ArchiveError) {
        let source = source + [UInt8](repeating: 0, count: 16)
        var bit = range.lowerBound
        // First fill the byte that was begun; from there on whole bytes are written.
        while pendingCount > 0, bit < range.upperBound {
            try append(UInt64(source[bit / 8] >> UInt8(7 - bit % 8) & 1), count: 1)
            bit += 1
        }
        let count = (range.upperBound - bit) / 8
        let moved = [UInt8](unsafeUninitializedCapacity: count + 8) { output, initialized in
            source.withUnsafeBytes { source in
                let target = UnsafeMutableRawBufferPointer(output)
                let shift = UInt64(bit % 8)
                var place = 0
                while place < count {
                    let start = bit / 8 &+ place
                    let high = UInt64(bigEndian: source.loadUnaligned(fromByteOffset: start, as: UInt64.self))
                    let word = high &<< shift | UInt64(source[start &+ 8]) &>> (8 &- shift)
                    target.storeBytes(of: word.bigEndian, toByteOffset: place, as: UInt64.self)
                    place &+= 8
                }
            }
            initialized = count
        }
        try sink.write(moved)
        bit += count * 8
        while bit < range.upperBound {
            pending = pending << 1 | source[bit / 8] >> UInt8(7 - bit % 8) & 1
            pendingCount += 1
            bit += 1
        }
    }

    /// Fills the last byte with zeros.
    mutating func finish() throws(ArchiveError) {
        if pendingCount > 0 { try append(0, count: 8 - pendingCount) }
    }
}
