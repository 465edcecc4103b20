public import Basics
public import Cryptography
public import Foundation

/// A statement whose signature has been verified against a key that the verifier brought along.
///
/// `Envelope.verified(by:)` is the only way to one. That a key signed says nothing yet of what the key's owner may sign.
public struct VerifiedStatement: Hashable, Sendable {
    public let statement: Statement
    public let signer: PublicKey
    /// The digest of the envelope's bytes, the name that reviews call it by.
    public let envelope: SHA256Digest
    public let signature: Data
    /// The SHA-256 of the pre-authentication encoding: what was signed, and what the ledger's leaf names.
    public let signedDigest: SHA256Digest

    fileprivate init(statement: Statement, signer: PublicKey, envelope: Envelope, signature: Data, encoding: Data) {
        self.statement = statement
        self.signer = signer
        self.envelope = envelope.digest
        self.signature = signature
        signedDigest = SHA256Digest(of: encoding)
    }
}

extension Envelope {
    /// Verifies the one signature and then, and only then, reads the payload: the very bytes that were verified.
    ///
    /// Keys come from the caller alone; the envelope's `keyid` chooses nothing and only words the refusal.
    public func verified(by keys: [PublicKey]) throws(ProvenanceError) -> VerifiedStatement {
        guard payloadType == Self.statementType else { throw .wrongPayloadType(payloadType) }
        guard signatures.count == 1 else { throw .signatureCount(signatures.count) }
        let signature = signatures[0]
        let encoding = preAuthenticationEncoding
        guard let signer = try signer(of: signature, over: encoding, among: keys) else { throw refusal(signature, keys) }
        return VerifiedStatement(
            statement: try Statement(parsing: payload), signer: signer, envelope: self, signature: signature.bytes, encoding: encoding)
    }

    /// The keys that signed this payload, each once however often it did; for documents that several people sign.
    ///
    /// Throws for a signature that none of `keys` made, so that nothing unexplained rides along.
    public func signers(among keys: [PublicKey]) throws(ProvenanceError) -> Set<PublicKey> {
        let encoding = preAuthenticationEncoding
        var signers: Set<PublicKey> = []
        for signature in signatures {
            guard let signer = try signer(of: signature, over: encoding, among: keys) else { throw refusal(signature, keys) }
            signers.insert(signer)
        }
        return signers
    }

    private func signer(of signature: Signature, over encoding: Data, among keys: [PublicKey]) throws(ProvenanceError) -> PublicKey? {
        // The hinted key is tried first, which only saves time.
        let hinted = try? KeyID(parsing: signature.keyHint)
        func signed(_ key: PublicKey) -> Bool { key.verifies(signature: signature.bytes, of: encoding) }
        guard let signer = keys.first(where: { $0.keyID == hinted && signed($0) }) ?? keys.first(where: { $0.keyID != hinted && signed($0) }) else {
            return nil
        }
        // DSSE lets a key id be absent; hallmark always writes it, and one envelope shall have one form.
        guard signature.keyHint == signer.keyID.description else {
            throw .keyHintMismatch(hint: signature.keyHint, signer: signer.keyID)
        }
        return signer
    }

    private func refusal(_ signature: Signature, _ keys: [PublicKey]) -> ProvenanceError {
        keys.contains { $0.keyID.description == signature.keyHint } ? .badSignature(hint: signature.keyHint) : .unknownKey(hint: signature.keyHint)
    }
}
