/// A 48-bit mark in a bzip2 file, at any bit: the beginning of a block or of a stream's end.
struct Bzip2Mark: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case block, end }
    let kind: Kind
    /// Where its first bit is, counted from the file's first bit, the highest of a byte first.
    let bit: Int64

    /// The decimal digits of π and of √π.
    static let block: UInt64 = 0x3141_5926_5359
    static let end: UInt64 = 0x1772_4538_5090
    static let bits: Int64 = 48
}
