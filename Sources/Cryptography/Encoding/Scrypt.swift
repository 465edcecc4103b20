import COpenSSL

/// The key derivation of RFC 7914: slow and hungry on purpose, for what a person can remember.
public struct Scrypt: Hashable, Sendable {
    /// The cost N (a power of two), the block size r and the parallelism p.
    public var cost: UInt64
    public var blockSize: UInt64
    public var parallelism: UInt64

    public init(cost: UInt64, blockSize: UInt64, parallelism: UInt64) {
        self.cost = cost
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// N = 16384, r = 8, p = 1: 16 MiB and about 50 ms; what conda-smithy's feedstock tokens use too.
    public static let interactive = Scrypt(cost: 16_384, blockSize: 8, parallelism: 1)

    /// Derives `byteCount` bytes from `secret` and `salt`.
    public func derive(secret: [UInt8], salt: [UInt8], byteCount: Int) throws(CryptographyError) -> [UInt8] {
        ErrorQueue.clear()
        var derived = [UInt8](repeating: 0, count: byteCount)
        // An empty array has no address, and without one EVP_PBE_scrypt takes no secret at all: hence the byte behind the secret.
        let result = (secret + [0]).withUnsafeBytes { bytes in
            EVP_PBE_scrypt(
                bytes.bindMemory(to: CChar.self).baseAddress, secret.count, salt, salt.count, cost, blockSize, parallelism, 0, &derived, byteCount)
        }
        guard result == 1 else { throw ErrorQueue.failure("derive a key with scrypt") }
        return derived
    }
}
