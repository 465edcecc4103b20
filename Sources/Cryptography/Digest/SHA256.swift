public import Basics
public import Foundation

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece.
public struct SHA256: ~Copyable {
    private var digest = IncrementalDigest(.sha256)

    public init() {}

    /// Takes the next bytes.
    public mutating func update(_ bytes: some ContiguousBytes) { bytes.withUnsafeBytes { digest.update($0) } }

    /// The digest of all bytes so far; the hasher is used up.
    public consuming func finish() -> SHA256Digest { SHA256Digest(exactly: digest.finish()) }
}

/// MD5 of bytes that come piece by piece: a checksum that old formats carry, never a proof of anything.
public struct MD5: ~Copyable {
    private var digest = IncrementalDigest(.md5)

    public init() {}
    public mutating func update(_ bytes: some ContiguousBytes) { bytes.withUnsafeBytes { digest.update($0) } }
    public consuming func finish() -> MD5Digest { MD5Digest(exactly: digest.finish()) }
}

extension SHA256Digest {
    /// The SHA-256 of `bytes`.
    public init(of bytes: some ContiguousBytes) {
        var hasher = SHA256()
        hasher.update(bytes)
        self = hasher.finish()
    }

    /// The SHA-256 of the text's UTF-8.
    public init(of text: String) { self.init(of: Array(text.utf8)) }
}

extension MD5Digest {
    /// The MD5 of `bytes`.
    public init(of bytes: some ContiguousBytes) {
        var hasher = MD5()
        hasher.update(bytes)
        self = hasher.finish()
    }
}

extension HexadecimalDigest {
    /// For what a hash function returned, whose length is the algorithm's.
    init(exactly bytes: [UInt8]) {
        guard let digest = Self(bytes: bytes) else { preconditionFailure("libcrypto gave a digest of \(bytes.count) bytes") }
        self = digest
    }
}
