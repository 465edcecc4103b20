/// What a person said to one item.
public enum Answer: Hashable, Sendable, Codable, CustomStringConvertible {
    case confirmed(Bool)
    /// The text, or the choice.
    case text(String)

    public var description: String {
        switch self {
        case .confirmed(let value): value ? "yes" : "no"
        case .text(let text): text
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // A strict reader fails for a `Bool` that is quoted, so the order is safe.
        if let value = try? container.decode(Bool.self) { self = .confirmed(value) } else { self = .text(try container.decode(String.self)) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .confirmed(let value): try container.encode(value)
        case .text(let text): try container.encode(text)
        }
    }
}
