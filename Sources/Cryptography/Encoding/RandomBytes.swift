import COpenSSL
import Foundation

/// Bytes that nobody can guess, from OpenSSL's generator.
public enum RandomBytes {
    public static func make(_ count: Int) throws(CryptographyError) -> [UInt8] {
        ErrorQueue.clear()
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, CInt(clamping: count)) == 1 else { throw ErrorQueue.failure("make random bytes") }
        return bytes
    }
}

/// Comparison that takes the same time wherever two secrets differ.
public enum ConstantTime {
    /// The lengths are not secret: unequal lengths are told apart at once.
    public static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }
}
