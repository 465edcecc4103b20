/// A canonical Huffman code of at most 258 symbols and 20 bits, as bzip2 has six of in a block.
///
/// Codes of up to ten bits are looked up at once, longer ones by their limits.
struct HuffmanTable {
    static let fastBits = 10
    static let maximumLength = 20
    /// Symbol in the low nine bits, length above; 0 where no short code begins like that.
    let fast: UnsafeMutablePointer<UInt16>
    /// For each length, the first 20-bit value that is no longer a code of it.
    let limits: UnsafeMutablePointer<UInt32>
    let offsets: UnsafeMutablePointer<Int32>
    let symbols: UnsafeMutablePointer<UInt16>

    init() {
        fast = .allocate(capacity: 1 << Self.fastBits)
        limits = .allocate(capacity: Self.maximumLength + 2)
        offsets = .allocate(capacity: Self.maximumLength + 2)
        symbols = .allocate(capacity: 258)
    }

    func deallocate() {
        fast.deallocate()
        limits.deallocate()
        offsets.deallocate()
        symbols.deallocate()
    }

    /// Builds the code from its symbols' lengths, each 1 to 20. False if they are no code.
    func build(_ lengths: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        fast.update(repeating: 0, count: 1 << Self.fastBits)
        var (code, filled) = (UInt32(0), 0)
        for length in 1...Self.maximumLength {
            offsets[length] = Int32(filled) &- Int32(bitPattern: code)
            for symbol in 0..<count where Int(lengths[symbol]) == length {
                guard code < 1 << UInt32(length) else { return false }
                symbols[filled] = UInt16(symbol)
                if length <= Self.fastBits {
                    let spread = 1 << (Self.fastBits - length)
                    (fast + Int(code) * spread).update(repeating: UInt16(symbol) | UInt16(length) << 9, count: spread)
                }
                filled += 1
                code += 1
            }
            limits[length] = code << UInt32(Self.maximumLength - length)
            code <<= 1
        }
        return filled == count
    }

    /// The next symbol, or -1 if no code begins with these bits.
    @inline(__always)
    func next(_ reader: inout BitReader) -> Int {
        let bits = UInt32(truncatingIfNeeded: reader.peek(Self.maximumLength))
        let entry = fast[Int(bits &>> UInt32(Self.maximumLength - Self.fastBits))]
        if entry != 0 {
            reader.skip(Int(entry &>> 9))
            return Int(entry & 511)
        }
        var length = Self.fastBits + 1
        while length <= Self.maximumLength {
            if bits < limits[length] {
                reader.skip(length)
                return Int(symbols[Int(Int32(bits &>> UInt32(Self.maximumLength &- length)) &+ offsets[length])])
            }
            length &+= 1
        }
        return -1
    }
}
