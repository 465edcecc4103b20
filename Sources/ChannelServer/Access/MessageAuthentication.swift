import Basics
import Cryptography

/// HMAC-SHA256 (RFC 2104), which binds an upload form to this server's own key.
struct MessageAuthentication: Sendable {
    private let inner: [UInt8]
    private let outer: [UInt8]

    init(key: [UInt8]) {
        let block = 64
        var key = key.count > block ? SHA256Digest(of: key).bytes : key
        key += [UInt8](repeating: 0, count: block - key.count)
        inner = key.map { $0 ^ 0x36 }
        outer = key.map { $0 ^ 0x5C }
    }

    func code(of message: [UInt8]) -> SHA256Digest { SHA256Digest(of: outer + SHA256Digest(of: inner + message).bytes) }

    /// Whether `code` is the message's, in constant time.
    func verifies(_ code: SHA256Digest, of message: [UInt8]) -> Bool { ConstantTime.equal(self.code(of: message).bytes, code.bytes) }
}
