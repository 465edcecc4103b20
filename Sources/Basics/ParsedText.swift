/// A value that people and JSON write as one string, and that is checked wherever it is read: decoding goes through the same parser.
public protocol ParsedText: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Throws an error that says what is wrong with `text`.
    init(parsing text: some StringProtocol) throws
}

extension ParsedText {
    public init(from decoder: any Decoder) throws {
        try self.init(parsing: try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes `description`, which `init(parsing:)` reads.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
