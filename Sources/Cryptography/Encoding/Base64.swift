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
        let values = digits.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") } ? urlSafeValues : standardValues
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for digit in digits {
            let value = values[Int(digit)]
            guard value < 64 else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
        guard bits & (1 << bitCount - 1) == 0 else { return nil }
        return Data(bytes)
    }

    /// Reads only what `encode` writes: the standard alphabet, padded.
    public static func decodeCanonical(_ text: some StringProtocol) -> Data? {
        guard let data = decode(text), encode(data) == text else { return nil }
        return data
    }

    /// Writes the standard alphabet, padded.
    public static func encode(_ bytes: some DataProtocol) -> String { Data(bytes).base64EncodedString() }

    private static let standardValues = values(of: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    private static let urlSafeValues = values(of: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

    /// The value of each byte as a digit; 255 for a byte that is none.
    private static func values(of alphabet: String) -> [UInt8] {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in alphabet.utf8.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }
}
