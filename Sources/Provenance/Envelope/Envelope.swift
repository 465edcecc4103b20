public import Basics
public import Cryptography
public import Foundation
import JSONReading

/// Signed bytes and what they are: an envelope of DSSE v1.0.2. Nothing in it is believed before it is verified.
public struct Envelope: Hashable, Sendable {
    /// The one payload type of statements; hallmark takes no other.
    public static let statementType = "application/vnd.in-toto+json"

    public struct Signature: Hashable, Sendable {
        /// The envelope's own word for its key: unsigned, used only to word a refusal.
        public let keyHint: String
        public let bytes: Data
    }

    /// The envelope's own bytes, one line of JSON without the line's end. Its digest is the envelope's name.
    public let line: Data
    public let payloadType: String
    public let payload: Data
    public let signatures: [Signature]

    /// The SHA-256 of the envelope's bytes.
    public let digest: SHA256Digest

    /// The most that is read of one envelope.
    public static let byteLimit = 1 << 20

    /// Reads one line, strictly. Members that DSSE does not name are ignored, as it asks; base64 of both alphabets is read.
    public init(parsing line: Data) throws(ProvenanceError) {
        let value: JSONValue
        do { value = try JSONValue(parsing: line, limits: .init(bytes: Self.byteLimit, depth: 8)) } catch {
            throw .envelopeMalformed(error.message)
        }
        guard let type = value["payloadType"]?.string, let text = value["payload"]?.string, let list = value["signatures"]?.array else {
            throw .envelopeMalformed("`payload`, `payloadType` or `signatures` is missing or of another kind")
        }
        guard let payload = Base64.decode(text) else { throw .envelopeMalformed("`payload` is not base64") }
        var signatures: [Signature] = []
        for entry in list {
            guard let text = entry["sig"]?.string, let bytes = Base64.decode(text), !bytes.isEmpty else {
                throw .envelopeMalformed("a signature is not base64")
            }
            if let hint = entry["keyid"], hint.string == nil { throw .envelopeMalformed("a `keyid` is not a text") }
            signatures.append(.init(keyHint: entry["keyid"]?.string ?? "", bytes: bytes))
        }
        self.line = line
        payloadType = type
        self.payload = payload
        self.signatures = signatures
        digest = SHA256Digest(of: line)
    }

    /// Writes an envelope around signatures that were made over `preAuthenticationEncoding(type:payload:)`.
    public init(payloadType: String, payload: Data, signatures: [(key: KeyID, bytes: Data)]) {
        let value: JSONValue = [
            "payload": .string(Base64.encode(payload)), "payloadType": .string(payloadType),
            "signatures": .array(signatures.map { ["keyid": .string($0.key.description), "sig": .string(Base64.encode($0.bytes))] }),
        ]
        line = value.serialized(.compact)
        self.payloadType = payloadType
        self.payload = payload
        self.signatures = signatures.map { .init(keyHint: $0.key.description, bytes: $0.bytes) }
        digest = SHA256Digest(of: line)
    }

    /// Signs a statement: one fact, one envelope, one signature.
    public static func sign(_ statement: Statement, with signer: some Signer) throws(ProvenanceError) -> Envelope {
        let payload = statement.payload
        let signature: Data
        do { signature = try signer.sign(preAuthenticationEncoding(type: statementType, payload: payload)) } catch { throw .notSigned(error) }
        return Envelope(payloadType: statementType, payload: payload, signatures: [(signer.publicKey.keyID, signature)])
    }

    /// The bytes that are signed: DSSE's pre-authentication encoding.
    public var preAuthenticationEncoding: Data { Self.preAuthenticationEncoding(type: payloadType, payload: payload) }

    public static func preAuthenticationEncoding(type: String, payload: Data) -> Data {
        Data("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }
}
