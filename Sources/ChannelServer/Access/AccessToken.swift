import Basics
import Cryptography
import Foundation

/// A bearer token: a public part that finds it and 256 secret bits that prove it.
///
/// Only the digest of the secret is stored. With so many random bits a fast hash is enough: there is nothing to guess.
struct AccessToken {
    let id: String
    private let secret: String

    static func generate() throws(CryptographyError) -> AccessToken {
        AccessToken(id: try RandomBytes.make(6).hexadecimal, secret: try RandomBytes.make(32).hexadecimal)
    }

    private init(id: String, secret: String) {
        self.id = id
        self.secret = secret
    }

    /// Reads `hm-` 12 digits `-` 64 digits; nil for anything else, which then is no token of ours.
    init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "hm", parts[1].utf8.count == 12, parts[2].utf8.count == 64,
            [UInt8](hexadecimal: parts[1]) != nil, [UInt8](hexadecimal: parts[2]) != nil
        else { return nil }
        self.init(id: String(parts[1]), secret: String(parts[2]))
    }

    var text: String { "hm-\(id)-\(secret)" }
    var digest: SHA256Digest { SHA256Digest(of: secret) }
    /// Whether `digest` is this token's, in constant time.
    func proves(_ digest: SHA256Digest) -> Bool { ConstantTime.equal(self.digest.bytes, digest.bytes) }
}
