public import Basics
public import Cryptography
import JSONReading

/// Why an envelope or a statement is not believed.
public enum ProvenanceError: Explained, Hashable {
    case envelopeMalformed(String)
    case signatureCount(Int)
    case wrongPayloadType(String)
    /// No trusted key made the signature, and the envelope names none of them.
    case unknownKey(hint: String)
    /// The envelope names a trusted key, and that key did not make the signature.
    case badSignature(hint: String)
    /// A trusted key made the signature, and the envelope names another one.
    case keyHintMismatch(hint: String, signer: KeyID)
    case statementMalformed(String)
    case wrongStatementType(String)
    case predicateMalformed(type: String, String)
    case notSigned(CryptographyError)

    public var message: String {
        switch self {
        case .envelopeMalformed(let what): "this is not an envelope: \(what)"
        case .signatureCount(let count): "the envelope holds \(count) signatures instead of one"
        case .wrongPayloadType(let type): "the envelope's payload type `\(type)` is not `\(Envelope.statementType)`"
        case .unknownKey(let hint): hint.isEmpty ? "no trusted key signed this envelope" : "`\(hint)` is not a trusted key"
        case .badSignature(let hint): "the signature is not that of `\(hint)` over these bytes"
        case .keyHintMismatch(let hint, let signer): "the envelope names the key `\(hint)`, but `\(signer)` signed it"
        case .statementMalformed(let what): "the signed bytes are not a statement: \(what)"
        case .wrongStatementType(let type): "`\(type)` is not an in-toto statement of version 1"
        case .predicateMalformed(let type, let what): "the statement's predicate is not a `\(type)`: \(what)"
        case .notSigned(let error): error.message
        }
    }

    public var hint: String? { if case .notSigned(let error) = self { error.hint } else { nil } }
}
