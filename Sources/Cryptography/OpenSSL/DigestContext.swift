import COpenSSL

/// An `EVP_MD_CTX`: the state of one hash, signature or verification.
struct DigestContext: ~Copyable {
    let handle: OpaquePointer
    private init(owning handle: OpaquePointer) { self.handle = handle }
    deinit { EVP_MD_CTX_free(handle) }

    static func create() throws(CryptographyError) -> DigestContext {
        ErrorQueue.clear()
        guard let handle = EVP_MD_CTX_new() else { throw ErrorQueue.failure("make a digest context") }
        return DigestContext(owning: handle)
    }
}
