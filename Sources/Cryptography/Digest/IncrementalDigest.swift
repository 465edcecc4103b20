import COpenSSL

/// A hash that is fed piece by piece, computed by OpenSSL's EVP.
struct IncrementalDigest: ~Copyable {
    private let handle: OpaquePointer
    deinit { EVP_MD_CTX_free(handle) }

    /// Traps where libcrypto gives no such hash: an installation without SHA-256 can do nothing that this package is for, just as one without memory.
    init(_ algorithm: Algorithm) {
        guard let handle = EVP_MD_CTX_new(), EVP_DigestInit_ex2(handle, algorithm.method, nil) == 1 else {
            preconditionFailure("libcrypto gives no \(algorithm)")
        }
        self.handle = handle
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        let result = EVP_DigestUpdate(handle, bytes.baseAddress, bytes.count)
        precondition(result == 1, "libcrypto refused bytes to hash")
    }

    consuming func finish() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: CUnsignedInt = 0
        let result = EVP_DigestFinal_ex(handle, &bytes, &count)
        precondition(result == 1, "libcrypto refused to finish a hash")
        return Array(bytes[..<Int(count)])
    }

    enum Algorithm {
        case sha256, md5
        var method: OpaquePointer? {
            switch self {
            case .sha256: Self.sha256Method
            case .md5: EVP_md5()
            }
        }

        // `EVP_sha256()` is looked up among the providers for every hash, which takes longer than hashing a node of a tree.
        // SAFETY: nobody changes or frees the method, and OpenSSL counts references to it atomically.
        nonisolated(unsafe) private static let sha256Method = EVP_MD_fetch(nil, "SHA256", nil)
    }
}
