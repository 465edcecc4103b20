import COpenSSL
import Foundation

/// Private keys in PEM: PKCS#8, locked with AES-256-CBC under a key from scrypt (PBES2, RFC 8018 and RFC 7914 §7).
enum PrivateKeyPEM {
    /// Reads a key, locked or not.
    static func read(_ pem: some ContiguousBytes, passphrase: Passphrase?) throws(CryptographyError) -> KeyHandle {
        ErrorQueue.clear()
        let bio = try MemoryBIO.create(holding: pem)
        var request = Request(passphrase: passphrase)
        let key = withUnsafeMutablePointer(to: &request) { request in
            // A callback that answers -1 keeps OpenSSL from asking at the terminal by itself.
            PEM_read_bio_PrivateKey(
                bio.handle, nil,
                { buffer, size, _, context in
                    guard let buffer, let request = context?.assumingMemoryBound(to: Request.self) else { return -1 }
                    request.pointee.wasAsked = true
                    guard let passphrase = request.pointee.passphrase else { return -1 }
                    return passphrase.withUnsafeBytes { bytes in
                        guard bytes.count <= Int(size) else { return -1 }
                        UnsafeMutableRawPointer(buffer).copyMemory(from: bytes.baseAddress ?? UnsafeRawPointer(buffer), byteCount: bytes.count)
                        return CInt(bytes.count)
                    }
                }, request)
        }
        guard let key else {
            let reasons = ErrorQueue.drain()
            if request.wasAsked { throw passphrase == nil ? .passphraseNeeded : .wrongPassphrase }
            throw .notAKey(reasons: reasons)
        }
        return KeyHandle(owning: key)
    }

    private struct Request {
        let passphrase: Passphrase?
        var wasAsked = false
    }

    /// Locks a key; `PEM_write_bio_PKCS8PrivateKey` would do so with 2048 rounds of PBKDF2, which is no lock.
    static func write(_ key: KeyHandle, passphrase: Passphrase, cost: Scrypt = .interactive) throws(CryptographyError) -> String {
        ErrorQueue.clear()
        guard let plain = EVP_PKEY2PKCS8(key.pointer) else { throw ErrorQueue.failure("lock a key") }
        defer { PKCS8_PRIV_KEY_INFO_free(plain) }
        var salt = try RandomBytes.make(16)
        guard
            let scheme = PKCS5_pbe2_set_scrypt(
                EVP_aes_256_cbc(), &salt, CInt(salt.count), nil, cost.cost, cost.blockSize, cost.parallelism)
        else { throw ErrorQueue.failure("lock a key") }
        let locked = passphrase.withUnsafeBytes { bytes in
            PKCS8_set0_pbe(bytes.bindMemory(to: CChar.self).baseAddress, CInt(clamping: bytes.count), plain, scheme)
        }
        guard let locked else {
            X509_ALGOR_free(scheme)
            throw ErrorQueue.failure("lock a key")
        }
        // From here `locked` owns `scheme`.
        defer { X509_SIG_free(locked) }
        let bio = try MemoryBIO.create()
        guard PEM_write_bio_PKCS8(bio.handle, locked) == 1 else { throw ErrorQueue.failure("write a locked key") }
        return String(decoding: bio.contents, as: UTF8.self)
    }
}
