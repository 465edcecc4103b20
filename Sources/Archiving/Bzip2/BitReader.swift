/// Reads bits from memory, the highest of each byte first. Eight bytes behind the end must be readable; what they hold is never believed,
/// because every user compares `position` with the end.
struct BitReader {
    private let base: UnsafePointer<UInt8>
    private(set) var position: Int

    init(_ bytes: UnsafeRawBufferPointer, at bit: Int) {
        // The buffer is never empty: it has its padding.
        base = bytes.bindMemory(to: UInt8.self).baseAddress.unsafelyUnwrapped
        position = bit
    }

    /// The next bits, at most 56, without moving on.
    @inline(__always)
    func peek(_ count: Int) -> UInt64 {
        let word = UInt64(bigEndian: UnsafeRawPointer(base + (position &>> 3)).loadUnaligned(as: UInt64.self))
        return (word &<< UInt64(truncatingIfNeeded: position & 7)) &>> UInt64(truncatingIfNeeded: 64 &- count)
    }

    @inline(__always)
    mutating func skip(_ count: Int) { position &+= count }

    @inline(__always)
    mutating func take(_ count: Int) -> Int {
        let value = peek(count)
        position &+= count
        return Int(truncatingIfNeeded: value)
    }
}
