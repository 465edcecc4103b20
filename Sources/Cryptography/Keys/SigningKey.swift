import COpenSSL
import Files
public import Foundation
public import SystemPackage

/// Whoever can sign with a person's key: a key in this process, or one that an agent holds.
public protocol Signer: Sendable {
    var publicKey: PublicKey { get }
    /// An ECDSA signature in DER over the SHA-256 of `data`.
    func sign(_ data: Data) throws(CryptographyError) -> Data
    /// A detached signature of a whole file; `PublicKey.verifies(detached:ofFileDigest:)` says in which two forms.
    func sign(file path: FilePath) throws(CryptographyError) -> Data
}

/// A person's private key in this process.
public final class SigningKey: Signer, CustomStringConvertible, CustomReflectable {
    private let handle: KeyHandle
    public let publicKey: PublicKey

    private init(_ handle: KeyHandle) throws(CryptographyError) {
        self.handle = handle
        publicKey = try PublicKey(handle)
    }

    /// A new key on P-256.
    public static func generate() throws(CryptographyError) -> SigningKey {
        try SigningKey(try KeyHandle.generate("EC") { EVP_PKEY_CTX_set_group_name($0, "P-256") == 1 })
    }

    /// Reads PKCS#8 (or the older EC form) in PEM, locked or not.
    public convenience init(pem: some ContiguousBytes, passphrase: Passphrase?) throws(CryptographyError) {
        try self.init(try PrivateKeyPEM.read(pem, passphrase: passphrase))
    }

    public convenience init(pem: String, passphrase: Passphrase?) throws(CryptographyError) {
        try self.init(pem: Array(pem.utf8), passphrase: passphrase)
    }

    /// PKCS#8 in PEM, locked with scrypt and AES-256.
    public func encryptedPEM(passphrase: Passphrase) throws(CryptographyError) -> String { try PrivateKeyPEM.write(handle, passphrase: passphrase) }

    public func sign(_ data: Data) throws(CryptographyError) -> Data { Data(try handle.sign(data, digest: PublicKey.digestName)) }

    /// A detached signature of a whole file, the one that `openssl dgst -sha256 -verify` takes.
    public func sign(file path: FilePath) throws(CryptographyError) -> Data {
        let context = try DigestContext.create()
        guard EVP_DigestSignInit_ex(context.handle, nil, PublicKey.digestName, nil, nil, handle.pointer, nil) == 1 else {
            throw ErrorQueue.failure("sign")
        }
        var isFed = true
        do throws(FileError) {
            try path.forEachChunk { bytes in isFed = isFed && EVP_DigestUpdate(context.handle, bytes.baseAddress, bytes.count) == 1 }
        } catch { throw .file(error) }
        var count = 0
        guard isFed, EVP_DigestSignFinal(context.handle, nil, &count) == 1 else { throw ErrorQueue.failure("sign") }
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSignFinal(context.handle, &signature, &count) == 1 else { throw ErrorQueue.failure("sign") }
        return Data(signature[..<count])
    }

    public var description: String { "(private key of \(publicKey.keyID))" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
