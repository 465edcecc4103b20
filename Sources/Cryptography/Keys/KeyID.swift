public import Basics

/// The name of a public key: the base64 of the SHA-256 of its SubjectPublicKeyInfo in DER, 44 characters.
///
/// The same text that Sigstore bundles carry as a key's hint. It names a key and proves nothing.
public struct KeyID: ParsedText, Comparable {
    public let digest: SHA256Digest

    public init(_ digest: SHA256Digest) { self.digest = digest }

    public init(parsing text: some StringProtocol) throws(CryptographyError) {
        guard text.utf8.count == 44, let bytes = Base64.decodeCanonical(text), let digest = SHA256Digest(bytes: Array(bytes)) else {
            throw .notABase64KeyID(String(text))
        }
        self.digest = digest
    }

    public var description: String { Base64.encode(digest.bytes) }

    /// A file name for the key: hexadecimal, because base64 holds `/`.
    public var fileStem: String { digest.hexadecimal }

    public static func < (left: KeyID, right: KeyID) -> Bool { left.digest.bytes.lexicographicallyPrecedes(right.digest.bytes) }
}
