import Basics
import Cryptography
import Foundation
import JSONReading

/// What an upload form allows: one key, a largest size, until a time, signed by the server.
///
/// The form's fields are those of an object store's POST policy; clients send them back as they got them.
struct UploadPolicy: Hashable, Sendable {
    let key: String
    let byteLimit: Int64
    let expires: Timestamp

    /// The fields that a client puts before its file.
    func fields(signedBy authentication: MessageAuthentication) -> [(name: String, value: String)] {
        let document: JSONValue = [
            "expiration": .string(expires.description),
            "conditions": [["key": .string(key)], ["content-length-range", 0, .integer(byteLimit)], ["success_action_status": "201"]],
        ]
        let policy = Base64.encode(document.serialized())
        return [
            ("key", key), ("success_action_status", "201"), ("Content-Type", "application/octet-stream"), ("policy", policy),
            ("signature", authentication.code(of: Array(policy.utf8)).hexadecimal),
        ]
    }

    /// Reads the policy out of a form's fields, after its signature has been verified.
    init(verifying fields: [String: String], by authentication: MessageAuthentication, at time: Timestamp) throws(ObjectStoreError) {
        guard let policy = fields["policy"], let key = fields["key"] else { throw .malformedForm("it has no policy and key before its file") }
        guard let signature = fields["signature"].flatMap({ SHA256Digest(parsing: $0) }), authentication.verifies(signature, of: Array(policy.utf8))
        else {
            throw .signatureDoesNotMatch
        }
        // From here the text is our own.
        guard let data = Base64.decodeCanonical(policy), let document = try? JSONValue(parsing: data),
            let expires = document["expiration"]?.string.flatMap({ Timestamp(parsing: $0) }),
            let allowed = document["conditions"]?[0]?["key"]?.string, let limit = document["conditions"]?[1]?[2]?.integer
        else { throw .malformedForm("its policy cannot be read") }
        guard time < expires else { throw .accessDenied("it expired at \(expires)") }
        guard ConstantTime.equal(Array(allowed.utf8), Array(key.utf8)) else { throw .accessDenied("the key is another one") }
        self.key = allowed
        byteLimit = limit
        self.expires = expires
    }

    init(key: String, byteLimit: Int64, expires: Timestamp) {
        self.key = key
        self.byteLimit = byteLimit
        self.expires = expires
    }
}
