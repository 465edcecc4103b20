import Hummingbird

/// Why an upload form was refused, in the words of object stores.
enum ObjectStoreError: Error, Hashable, Sendable {
    case malformedForm(String)
    case accessDenied(String)
    case signatureDoesNotMatch
    case entityTooLarge(limit: Int64)
    case incompleteBody
    case invalidDigest
    case conflict
    case played(code: String)

    var code: String {
        switch self {
        case .malformedForm: "MalformedPOSTRequest"
        case .accessDenied: "AccessDenied"
        case .signatureDoesNotMatch: "SignatureDoesNotMatch"
        case .entityTooLarge: "EntityTooLarge"
        case .incompleteBody: "IncompleteBody"
        case .invalidDigest: "InvalidDigest"
        case .conflict: "OperationAborted"
        case .played(let code): code
        }
    }

    var message: String {
        switch self {
        case .malformedForm(let reason): "The form cannot be read: \(reason)"
        case .accessDenied(let reason): "Invalid according to policy: \(reason)"
        case .signatureDoesNotMatch: "The signature is not that of the policy"
        case .entityTooLarge(let limit): "The file is larger than \(limit) bytes"
        case .incompleteBody: "The file is not as long as Content-Length says"
        case .invalidDigest: "The Content-MD5 is not that of the file"
        case .conflict: "This object is being uploaded by another request"
        case .played(let code): "A fault that was asked for: \(code)"
        }
    }

    var status: HTTPResponse.Status {
        switch self {
        case .accessDenied, .signatureDoesNotMatch: .forbidden
        case .conflict: .conflict
        case .malformedForm, .entityTooLarge, .incompleteBody, .invalidDigest, .played: .badRequest
        }
    }
}
