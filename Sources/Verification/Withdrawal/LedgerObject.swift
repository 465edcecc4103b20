import Basics
public import Cryptography
import Foundation
public import Ledger
public import Provenance

/// The signed document that a ledger keeps for a leaf.
public enum LedgerObject {
    /// The envelope behind an entry: the one whose encoding and signature the entry names. Nil when there is none, or another.
    public static func envelope(of entry: LedgerEntry, in log: LogFolder) throws(LedgerError) -> Envelope? {
        guard let bytes = try log.object(of: entry.leafHash) else { return nil }
        let line = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes
        guard let envelope = try? Envelope(parsing: Data(line)), SHA256Digest(of: envelope.preAuthenticationEncoding) == entry.signedDigest,
            envelope.signatures.contains(where: { $0.bytes == entry.signature })
        else { return nil }
        return envelope
    }

    /// The entries of an envelope, one a signature, each by the key of `keys` that made it; a signature by none of them has no entry.
    public static func entries(of envelope: Envelope, by keys: [PublicKey]) -> [LedgerEntry] {
        let encoding = envelope.preAuthenticationEncoding
        let digest = SHA256Digest(of: encoding)
        return envelope.signatures.compactMap { signature in
            keys.first { $0.keyID.description == signature.keyHint && $0.verifies(signature: signature.bytes, of: encoding) }
                .map { LedgerEntry(signedDigest: digest, signature: signature.bytes, key: $0) }
        }
    }
}
