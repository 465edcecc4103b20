public import Basics
public import Cryptography
import JSONReading
import Provenance

/// A person's key, the time in which it may be used, and whether it has been called back.
public struct RosterKey: Hashable, Sendable {
    public var person: String
    public var key: PublicKey
    public var validFrom: Timestamp
    public var validUntil: Timestamp
    public var revoked: Revocation?
    /// Where the private half lives, in the person's words: `file`, `agent`, `piv-touch`.
    public var storage: String?

    public struct Revocation: Hashable, Sendable {
        public enum Reason: String, Hashable, Sendable, CaseIterable {
            /// Somebody else may have signed since `at`: only a trusted time before it saves a signature.
            case compromised
            /// A new key took its place.
            case superseded
            /// The person left.
            case left
        }
        public var at: Timestamp
        public var reason: Reason
        public init(at: Timestamp, reason: Reason) {
            self.at = at
            self.reason = reason
        }
    }

    public init(
        person: String, key: PublicKey, validFrom: Timestamp, validUntil: Timestamp, revoked: Revocation? = nil, storage: String? = nil
    ) {
        self.person = person
        self.key = key
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.revoked = revoked
        self.storage = storage
    }

    init(_ id: String, _ value: JSONValue, path: String) throws(JSONObjectReader.Complaint) {
        var reader = try JSONObjectReader(value, path: path)
        person = try reader.string("person")
        let text = try reader.string("spki")
        guard let spki = Base64.decodeCanonical(text) else { throw .init("`\(path).spki` is not base64") }
        do { key = try PublicKey(spki: spki) } catch { throw .init("`\(path).spki`: \(error.message)") }
        validFrom = try reader.time("validFrom")
        validUntil = try reader.time("validUntil")
        if var revocation = try reader.optionalObject("revoked") {
            let at = try revocation.time("at")
            guard let reason = Revocation.Reason(rawValue: try revocation.string("reason")) else {
                throw .init("`\(path).revoked.reason` is no reason")
            }
            try revocation.finish()
            revoked = Revocation(at: at, reason: reason)
        }
        storage = try reader.optionalString("storage")
        try reader.finish()
        guard key.keyID.description == id else { throw .init("`\(path)` is not named after its key") }
        guard validFrom < validUntil else { throw .init("`\(path)` is never valid") }
    }

    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("person", .string(person)), .init("spki", .string(Base64.encode(key.spki))), .init("validFrom", .string(validFrom.description)),
            .init("validUntil", .string(validUntil.description)),
        ]
        if let revoked { members.append(.init("revoked", ["at": .string(revoked.at.description), "reason": .string(revoked.reason.rawValue)])) }
        if let storage { members.append(.init("storage", .string(storage))) }
        return .object(members)
    }
}
