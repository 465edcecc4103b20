public import Basics
public import JSONReading

/// Takes a JSON object apart, member by member, and complains about what is missing, of another kind, or left over.
///
/// A format that says what each member means cannot let one pass that nobody understood.
public struct JSONObjectReader {
    /// Where the object stands in its document, such as `predicate.verifier`.
    public let path: String
    private var members: [String: JSONValue] = [:]

    /// What is wrong with a document, in words that name the place.
    public struct Complaint: Error, Hashable, Sendable {
        public let text: String
        public init(_ text: String) { self.text = text }
    }

    public init(_ value: JSONValue, path: String) throws(Complaint) {
        guard let object = value.object else { throw Complaint("`\(path)` is not an object") }
        self.path = path
        for member in object {
            guard members.updateValue(member.value, forKey: member.key) == nil else { throw Complaint("`\(path)` holds `\(member.key)` twice") }
        }
    }

    public func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The names of the members that have not been taken.
    public var remaining: [String] { members.keys.sorted() }

    public mutating func optional(_ key: String) -> JSONValue? { members.removeValue(forKey: key) }

    public mutating func required(_ key: String) throws(Complaint) -> JSONValue {
        guard let value = optional(key) else { throw Complaint("`\(place(key))` is missing") }
        return value
    }

    public mutating func string(_ key: String) throws(Complaint) -> String {
        guard let text = try required(key).string else { throw Complaint("`\(place(key))` is not a text") }
        return text
    }

    public mutating func optionalString(_ key: String) throws(Complaint) -> String? {
        guard let value = optional(key) else { return nil }
        guard let text = value.string else { throw Complaint("`\(place(key))` is not a text") }
        return text
    }

    public mutating func integer(_ key: String) throws(Complaint) -> Int {
        guard let value = try required(key).integer else { throw Complaint("`\(place(key))` is not a whole number") }
        return Int(value)
    }

    public mutating func bool(_ key: String) throws(Complaint) -> Bool {
        guard let value = try required(key).bool else { throw Complaint("`\(place(key))` is neither true nor false") }
        return value
    }

    public mutating func time(_ key: String) throws(Complaint) -> Timestamp {
        guard let time = Timestamp(parsing: try string(key)) else { throw Complaint("`\(place(key))` is not a time like 2026-11-21T10:55:00Z") }
        return time
    }

    public mutating func optionalTime(_ key: String) throws(Complaint) -> Timestamp? { members[key] == nil ? nil : try time(key) }

    public mutating func object(_ key: String) throws(Complaint) -> JSONObjectReader { try JSONObjectReader(try required(key), path: place(key)) }

    public mutating func optionalObject(_ key: String) throws(Complaint) -> JSONObjectReader? {
        guard let value = optional(key) else { return nil }
        return try JSONObjectReader(value, path: place(key))
    }

    public mutating func array(_ key: String) throws(Complaint) -> [JSONValue] {
        guard let values = try required(key).array else { throw Complaint("`\(place(key))` is not a list") }
        return values
    }

    /// The list, empty when the member is not there.
    public mutating func optionalArray(_ key: String) throws(Complaint) -> [JSONValue] { members[key] == nil ? [] : try array(key) }

    public mutating func strings(_ key: String) throws(Complaint) -> [String] {
        var texts: [String] = []
        for value in try array(key) {
            guard let text = value.string else { throw Complaint("`\(place(key))` holds something that is not a text") }
            texts.append(text)
        }
        return texts
    }

    public mutating func optionalStrings(_ key: String) throws(Complaint) -> [String] { members[key] == nil ? [] : try strings(key) }

    /// An object whose members are all texts; empty when the member is not there.
    public mutating func optionalTexts(_ key: String) throws(Complaint) -> [String: String] {
        guard let value = optional(key) else { return [:] }
        guard let object = value.object else { throw Complaint("`\(place(key))` is not an object") }
        var texts: [String: String] = [:]
        for member in object {
            guard let text = member.value.string else { throw Complaint("`\(place(key)).\(member.key)` is not a text") }
            texts[member.key] = text
        }
        return texts
    }

    /// Complains unless every member has been taken.
    public func finish() throws(Complaint) {
        if let key = remaining.first { throw Complaint("`\(place(key))` is not known here") }
    }
}
