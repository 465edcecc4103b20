public import Basics
public import Cryptography
public import Foundation
import JSONReading

/// One leaf of the ledger: that a key signed something, as Rekor v2's `hashedrekord` 0.0.2 in RFC 8785's form.
///
/// The leaf names the key, the signature and the digest of what was signed. A certificate's variant for Sigstore's verifiers can be
/// logged beside it later without a new signature by the person.
public struct LedgerEntry: Hashable, Sendable {
    public let signedDigest: SHA256Digest
    public let signature: Data
    public let key: PublicKey

    public init(signedDigest: SHA256Digest, signature: Data, key: PublicKey) {
        self.signedDigest = signedDigest
        self.signature = signature
        self.key = key
    }

    /// The leaf's bytes: there is one form of an entry.
    public var bytes: Data {
        let value: JSONValue = [
            "apiVersion": "0.0.2", "kind": "hashedrekord",
            "spec": [
                "hashedRekordV002": [
                    "data": ["algorithm": "SHA2_256", "digest": .string(Base64.encode(signedDigest.bytes))],
                    "signature": [
                        "content": .string(Base64.encode(signature)),
                        "verifier": ["keyDetails": "PKIX_ECDSA_P256_SHA_256", "publicKey": ["rawBytes": .string(Base64.encode(key.spki))]],
                    ],
                ]
            ],
        ]
        return value.serialized(.canonical)
    }

    /// Reads a leaf and refuses every spelling but the one that `bytes` gives.
    public init(parsing bytes: Data) throws(LedgerError) {
        let value: JSONValue
        do { value = try JSONValue(parsing: bytes, limits: .init(bytes: 1 << 16, depth: 8)) } catch { throw .entryMalformed(error.message) }
        let spec = value["spec"]?["hashedRekordV002"]
        guard let digest = spec?["data"]?["digest"]?.string.flatMap({ Base64.decodeCanonical($0) }).flatMap({ SHA256Digest(bytes: Array($0)) }),
            let signature = spec?["signature"]?["content"]?.string.flatMap({ Base64.decodeCanonical($0) }),
            let spki = spec?["signature"]?["verifier"]?["publicKey"]?["rawBytes"]?.string.flatMap({ Base64.decodeCanonical($0) })
        else { throw .entryMalformed("it is not a hashedrekord of version 0.0.2 with a public key") }
        do { self.init(signedDigest: digest, signature: signature, key: try PublicKey(spki: spki)) } catch { throw .cryptography(error) }
        guard self.bytes == bytes else { throw .entryMalformed("it is not in its canonical form") }
    }

    public var leafHash: SHA256Digest { MerkleTree.leafHash(bytes) }
}
