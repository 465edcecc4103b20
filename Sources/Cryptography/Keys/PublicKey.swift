public import Basics
import COpenSSL
public import Files
public import Foundation
public import SystemPackage

/// A person's public key: ECDSA on P-256 with SHA-256, the one kind that every verifier of the conda world accepts.
public struct PublicKey: Hashable, Sendable, CustomStringConvertible {
    private let handle: KeyHandle
    /// The SubjectPublicKeyInfo in DER: 91 bytes, named curve, uncompressed point.
    public let spki: Data
    public let keyID: KeyID

    /// Everything before the point's 64 bytes; a key spelled otherwise would have a second key id.
    static let prefix = Data(
        [0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
            + [0x03, 0x42, 0x00, 0x04])
    private static let byteCount = 91
    static let digestName = "SHA256"

    init(_ handle: KeyHandle) throws(CryptographyError) {
        let spki = Data(try handle.subjectPublicKeyInfo())
        guard handle.isOfType("EC"), spki.count == Self.byteCount, spki.starts(with: Self.prefix) else {
            throw .unsupportedKey(expected: "an ECDSA key on P-256")
        }
        self.handle = handle
        self.spki = spki
        keyID = KeyID(SHA256Digest(of: spki))
    }

    /// Reads the DER form. OpenSSL checks that the point is on the curve.
    public init(spki: some ContiguousBytes) throws(CryptographyError) {
        let given = spki.withUnsafeBytes { Data($0) }
        if let known = KnownKeys.key(of: given) {
            self = known
            return
        }
        ErrorQueue.clear()
        let key = given.withUnsafeBytes { bytes in
            var start = bytes.bindMemory(to: UInt8.self).baseAddress
            return d2i_PUBKEY(nil, &start, bytes.count)
        }
        guard let key else { throw .notAKey(reasons: ErrorQueue.drain()) }
        try self.init(KeyHandle(owning: key))
        guard self.spki == given else { throw .notAKey(reasons: ["not the one DER form of this key"]) }
        KnownKeys.remember(self)
    }

    /// Reads `-----BEGIN PUBLIC KEY-----`.
    public init(pem: some ContiguousBytes) throws(CryptographyError) {
        ErrorQueue.clear()
        let bio = try MemoryBIO.create(holding: pem)
        guard let key = PEM_read_bio_PUBKEY(bio.handle, nil, { _, _, _, _ in -1 }, nil) else { throw .notAKey(reasons: ErrorQueue.drain()) }
        try self.init(KeyHandle(owning: key))
    }

    public init(pem: String) throws(CryptographyError) { try self.init(pem: Array(pem.utf8)) }

    public var pem: String {
        var lines = ["-----BEGIN PUBLIC KEY-----"]
        var rest = Substring(Base64.encode(spki))
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return (lines + ["-----END PUBLIC KEY-----", ""]).joined(separator: "\n")
    }

    public var description: String { keyID.description }

    /// Whether `signature` (DER) is this key's over `data`. Only OpenSSL's 1 is yes; 0 and every negative answer are no.
    public func verifies(signature: some ContiguousBytes, of data: some ContiguousBytes) -> Bool {
        handle.verifies(signature, of: data, digest: Self.digestName)
    }

    /// Whether `signature` is this key's over bytes of that digest: for a file that has been read already, and must not be read twice.
    public func verifies(signature: some ContiguousBytes, ofDigest digest: SHA256Digest) -> Bool {
        handle.verifies(signature, ofDigest: digest.bytes, method: EVP_sha256())
    }

    /// Whether `signature` is this key's detached one of the file with that SHA-256: over the file's bytes or, as an agent makes it of a file that
    /// it cannot take as a whole, over the 32 bytes of that digest. No artifact is 32 bytes long, so neither form can be taken for the other.
    public func verifies(detached signature: some ContiguousBytes, ofFileDigest digest: SHA256Digest) -> Bool {
        verifies(signature: signature, ofDigest: digest) || verifies(signature: signature, of: Data(digest.bytes))
    }

    /// The same for a whole file, read once.
    public func verifies(signature: some ContiguousBytes, ofFile path: FilePath) throws(FileError) -> Bool {
        guard let context = try? DigestContext.create(),
            EVP_DigestVerifyInit_ex(context.handle, nil, Self.digestName, nil, nil, handle.pointer, nil) == 1
        else {
            ErrorQueue.clear()
            return false
        }
        var isFed = true
        try path.forEachChunk { bytes in isFed = isFed && EVP_DigestUpdate(context.handle, bytes.baseAddress, bytes.count) == 1 }
        let result = signature.withUnsafeBytes { signature in
            EVP_DigestVerifyFinal(context.handle, signature.bindMemory(to: UInt8.self).baseAddress, signature.count)
        }
        ErrorQueue.clear()
        return isFed && result == 1
    }

    public static func == (left: PublicKey, right: PublicKey) -> Bool { left.spki == right.spki }
    public func hash(into hasher: inout Hasher) { hasher.combine(spki) }
}
