public import Basics
public import JSONReading

/// Says that an artifact is no longer to be used: hallmark's own predicate, believed from a threshold of core members.
public struct Withdrawal: Hashable, Sendable {
    public var reason: String
    /// The artifact that takes its place.
    public var supersededBy: SHA256Digest?

    public init(reason: String, supersededBy: SHA256Digest? = nil) {
        self.reason = reason
        self.supersededBy = supersededBy
    }

    public init(_ value: JSONValue) throws(JSONObjectReader.Complaint) {
        var reader = try JSONObjectReader(value, path: "predicate")
        reason = try reader.string("reason")
        if let text = try reader.optionalString("supersededBy") {
            guard let digest = SHA256Digest(parsing: text), digest.hexadecimal == text else {
                throw .init("`predicate.supersededBy` is not a SHA-256")
            }
            supersededBy = digest
        } else {
            supersededBy = nil
        }
        try reader.finish()
    }

    public var json: JSONValue {
        var members: [JSONValue.Member] = [.init("reason", .string(reason))]
        if let supersededBy { members.append(.init("supersededBy", .string(supersededBy.hexadecimal))) }
        return .object(members)
    }
}
