import COpenSSL
import Foundation

/// An `EVP_PKEY`, shared by whoever signs or verifies with it.
// SAFETY: OpenSSL counts references to an `EVP_PKEY` atomically and locks what it caches in one; we never change a key after its creation.
final class KeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    init(owning pointer: OpaquePointer) { self.pointer = pointer }
    deinit { EVP_PKEY_free(pointer) }

    func isOfType(_ name: String) -> Bool { EVP_PKEY_is_a(pointer, name) == 1 }

    /// The DER of the SubjectPublicKeyInfo (RFC 5280 §4.1).
    func subjectPublicKeyInfo() throws(CryptographyError) -> [UInt8] {
        ErrorQueue.clear()
        var start: UnsafeMutablePointer<UInt8>?
        let count = i2d_PUBKEY(pointer, &start)
        guard count > 0, let start else { throw ErrorQueue.failure("write the public key") }
        defer { CRYPTO_free(start, #fileID, #line) }
        return Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }

    /// A new pair of a kind whose parameters `configure` sets.
    static func generate(_ type: String, configure: (OpaquePointer) -> Bool = { _ in true }) throws(CryptographyError) -> KeyHandle {
        ErrorQueue.clear()
        guard let context = EVP_PKEY_CTX_new_from_name(nil, type, nil) else { throw ErrorQueue.failure("make a key of type \(type)") }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, configure(context), EVP_PKEY_generate(context, &key) == 1, let key else {
            throw ErrorQueue.failure("make a key of type \(type)")
        }
        return KeyHandle(owning: key)
    }

    /// Signs `data` in one step; `digest` is nil for Ed25519, which hashes by itself.
    func sign(_ data: some ContiguousBytes, digest: String?) throws(CryptographyError) -> [UInt8] {
        let context = try DigestContext.create()
        guard EVP_DigestSignInit_ex(context.handle, nil, digest, nil, nil, pointer, nil) == 1 else { throw ErrorQueue.failure("sign") }
        var signature: [UInt8] = []
        let isSigned = data.withUnsafeBytes { bytes in
            let start = bytes.bindMemory(to: UInt8.self).baseAddress
            var count = 0
            guard EVP_DigestSign(context.handle, nil, &count, start, bytes.count) == 1 else { return false }
            signature = [UInt8](repeating: 0, count: count)
            // The first answer is a maximum: an ECDSA signature in DER is often a byte or two shorter.
            guard EVP_DigestSign(context.handle, &signature, &count, start, bytes.count) == 1 else { return false }
            signature.removeLast(signature.count - count)
            return true
        }
        guard isSigned else { throw ErrorQueue.failure("sign") }
        return signature
    }

    /// Whether `signature` is this key's over `data`; whatever else OpenSSL says (0 or a negative number) is no.
    func verifies(_ signature: some ContiguousBytes, of data: some ContiguousBytes, digest: String?) -> Bool {
        guard let context = try? DigestContext.create(), EVP_DigestVerifyInit_ex(context.handle, nil, digest, nil, nil, pointer, nil) == 1 else {
            ErrorQueue.clear()
            return false
        }
        let result = signature.withUnsafeBytes { signature in
            data.withUnsafeBytes { data in
                EVP_DigestVerify(
                    context.handle, signature.bindMemory(to: UInt8.self).baseAddress, signature.count,
                    data.bindMemory(to: UInt8.self).baseAddress, data.count)
            }
        }
        ErrorQueue.clear()
        return result == 1
    }

    /// The same over a digest that has been computed already.
    func verifies(_ signature: some ContiguousBytes, ofDigest digest: [UInt8], method: OpaquePointer?) -> Bool {
        ErrorQueue.clear()
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, pointer, nil) else { return false }
        defer {
            EVP_PKEY_CTX_free(context)
            ErrorQueue.clear()
        }
        guard EVP_PKEY_verify_init(context) == 1, EVP_PKEY_CTX_set_signature_md(context, method) == 1 else { return false }
        return signature.withUnsafeBytes { signature in
            EVP_PKEY_verify(context, signature.bindMemory(to: UInt8.self).baseAddress, signature.count, digest, digest.count) == 1
        }
    }
}
