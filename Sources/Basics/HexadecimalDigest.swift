/// A digest of a fixed length, spelled as lower-case hexadecimal digits.
///
/// Only the value: the Cryptography room computes digests, all others name them.
public protocol HexadecimalDigest: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The digest's length in bytes.
    static var byteCount: Int { get }
    var bytes: [UInt8] { get }
    /// Fails unless `bytes` holds exactly `byteCount` bytes.
    init?(bytes: [UInt8])
}

extension HexadecimalDigest {
    /// Reads exactly `2 * byteCount` hexadecimal digits; upper case is accepted, because repodata holds it here and there.
    public init?(parsing text: some StringProtocol) {
        guard let bytes = [UInt8](hexadecimal: text) else { return nil }
        self.init(bytes: bytes)
    }

    public var hexadecimal: String { bytes.hexadecimal }
    public var description: String { hexadecimal }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(parsing: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a digest of \(Self.byteCount) bytes in hexadecimal")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hexadecimal)
    }
}

/// A SHA-256 digest (FIPS 180-4).
public struct SHA256Digest: HexadecimalDigest {
    public static let byteCount = 32
    public let bytes: [UInt8]
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }
}

/// An MD5 digest: a checksum that conda's old formats carry, never a proof of anything.
public struct MD5Digest: HexadecimalDigest {
    public static let byteCount = 16
    public let bytes: [UInt8]
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }
}

extension [UInt8] {
    /// The bytes that an even number of hexadecimal digits spells; nil for anything else.
    public init?(hexadecimal text: some StringProtocol) {
        let digits = text.utf8
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        self = bytes
    }

    /// Lower-case hexadecimal digits, two a byte.
    public var hexadecimal: String {
        let digits = [UInt8]("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(count * 2)
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
