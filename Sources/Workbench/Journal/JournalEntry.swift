public import Basics

/// One line of the journal.
public struct JournalEntry: Hashable, Sendable {
    /// Counts from 0, without gaps.
    public let number: Int
    public let time: Timestamp
    /// SHA-256 of the line before, without its newline; of nothing for the first.
    public let previous: SHA256Digest
    public let event: JournalEvent
}

extension JournalEntry: Codable {
    enum CodingKeys: String, CodingKey {
        case number = "n"
        case time, previous
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        number = try container.decode(Int.self, forKey: .number)
        time = try container.decode(Timestamp.self, forKey: .time)
        previous = try container.decode(SHA256Digest.self, forKey: .previous)
        event = try JournalEvent(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(number, forKey: .number)
        try container.encode(time, forKey: .time)
        try container.encode(previous, forKey: .previous)
        try event.encode(to: encoder)
    }
}
