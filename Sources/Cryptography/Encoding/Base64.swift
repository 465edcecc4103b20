public import Foundation

/// Base64 (RFC 4648), read strictly: one text for one value, apart from the alphabet.
public enum Base64 {
    /// Reads the standard or the URL-safe alphabet (not both in one text), padded, or unpadded as a whole.
    ///
    /// Nil for white space, a wrong length, stray padding, or bits behind the last byte that are not zero.
    public static func decode(_ text: some StringProtocol) -> Data? {
        var digits = Array(text.utf8)
        if let padding = digits.firstIndex(of: UInt8(ascii: "=")) {
            guard digits.count.isMultiple(of: 4), digits[padding...].allSatisfy({ $0 == UInt8(ascii: "=") }), digits.count - padding <= 2 else {
                return nil
            }
            digits.removeSubrange(padding...)
        }
        guard digits.count % 4 != 1 else { return nil }
        let isURLSafe = digits.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        var data = Data(capacity: digits.count * 3 / 4)
        var bits: UInt32 = 0
        var bitCount = 0
        for digit in digits {
            guard let value = value(of: digit, isURLSafe: isURLSafe) else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                data.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        guard bits & (1 << UInt32(bitCount) - 1) == 0 else { return nil }
        return data
    }

    /// Reads only what `encode` writes: the standard alphabet, padded.
    public static func decodeCanonical(_ text: some StringProtocol) -> Data? {
        guard let data = decode(text), encode(data) == text else { return nil }
        return data
    }

    /// Writes the standard alphabet, padded.
    public static func encode(_ bytes: some DataProtocol) -> String { Data(bytes).base64EncodedString() }

    private static func value(of digit: UInt8, isURLSafe: Bool) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+") where !isURLSafe, UInt8(ascii: "-") where isURLSafe: 62
        case UInt8(ascii: "/") where !isURLSafe, UInt8(ascii: "_") where isURLSafe: 63
        default: nil
        }
    }
}
