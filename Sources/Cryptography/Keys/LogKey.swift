import COpenSSL
public import Foundation

/// A log's or a witness's private key: Ed25519 (RFC 8032), the kind that C2SP checkpoints are signed with.
public final class LogKey: Sendable, CustomStringConvertible, CustomReflectable {
    private let handle: KeyHandle
    public let publicKey: LogPublicKey

    private init(_ handle: KeyHandle) throws(CryptographyError) {
        guard handle.isOfType("ED25519") else { throw .unsupportedKey(expected: "an Ed25519 key") }
        self.handle = handle
        publicKey = try LogPublicKey(handle)
    }

    public static func generate() throws(CryptographyError) -> LogKey { try LogKey(try KeyHandle.generate("ED25519")) }

    /// The key that 32 secret bytes are.
    public convenience init(seed: [UInt8]) throws(CryptographyError) {
        ErrorQueue.clear()
        guard let key = EVP_PKEY_new_raw_private_key_ex(nil, "ED25519", nil, seed, seed.count) else {
            throw .notAKey(reasons: ErrorQueue.drain())
        }
        try self.init(KeyHandle(owning: key))
    }

    public convenience init(pem: some ContiguousBytes, passphrase: Passphrase?) throws(CryptographyError) {
        try self.init(try PrivateKeyPEM.read(pem, passphrase: passphrase))
    }

    /// PKCS#8 in PEM, locked with scrypt and AES-256.
    public func encryptedPEM(passphrase: Passphrase) throws(CryptographyError) -> String { try PrivateKeyPEM.write(handle, passphrase: passphrase) }

    public func sign(_ data: Data) throws(CryptographyError) -> Data { Data(try handle.sign(data, digest: nil)) }

    public var description: String { "(private log key)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A log's or a witness's public key.
public struct LogPublicKey: Hashable, Sendable {
    private let handle: KeyHandle
    /// The 32 bytes of RFC 8032.
    public let bytes: [UInt8]

    fileprivate init(_ handle: KeyHandle) throws(CryptographyError) {
        ErrorQueue.clear()
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        guard EVP_PKEY_get_raw_public_key(handle.pointer, &bytes, &count) == 1, count == 32 else { throw ErrorQueue.failure("read a log's key") }
        self.handle = handle
        self.bytes = bytes
    }

    public init(bytes: [UInt8]) throws(CryptographyError) {
        ErrorQueue.clear()
        guard let key = EVP_PKEY_new_raw_public_key_ex(nil, "ED25519", nil, bytes, bytes.count) else {
            throw .notAKey(reasons: ErrorQueue.drain())
        }
        handle = KeyHandle(owning: key)
        self.bytes = bytes
    }

    /// The SubjectPublicKeyInfo in DER (RFC 8410).
    public var spki: Data { Data([0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00] + bytes) }

    public var pem: String { "-----BEGIN PUBLIC KEY-----\n\(Base64.encode(spki))\n-----END PUBLIC KEY-----\n" }

    public func verifies(signature: some ContiguousBytes, of data: some ContiguousBytes) -> Bool {
        handle.verifies(signature, of: data, digest: nil)
    }

    public static func == (left: LogPublicKey, right: LogPublicKey) -> Bool { left.bytes == right.bytes }
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
