import COpenSSL

/// SHA-256 of many short inputs, one after the other: to make OpenSSL's state anew costs more than to hash one of them.
public struct RepeatedSHA256: ~Copyable {
    private let handle: OpaquePointer
    deinit { EVP_MD_CTX_free(handle) }

    /// Traps where libcrypto gives no SHA-256, as `SHA256` does.
    public init() {
        guard let handle = EVP_MD_CTX_new(), EVP_DigestInit_ex2(handle, IncrementalDigest.Algorithm.sha256.method, nil) == 1 else {
            preconditionFailure("libcrypto gives no sha256")
        }
        self.handle = handle
    }

    /// Writes the hash of a byte and of `bytes` behind it to the 32 bytes of `output`, which may lie over `bytes`.
    public mutating func hash(_ prefix: UInt8, _ bytes: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer) {
        precondition(output.count == 32, "a hash has 32 bytes")
        var prefix = prefix
        let isDone =
            EVP_DigestInit_ex2(handle, nil, nil) == 1 && EVP_DigestUpdate(handle, &prefix, 1) == 1
            && EVP_DigestUpdate(handle, bytes.baseAddress, bytes.count) == 1
            && EVP_DigestFinal_ex(handle, output.bindMemory(to: UInt8.self).baseAddress, nil) == 1
        precondition(isDone, "libcrypto refused bytes to hash")
    }
}
