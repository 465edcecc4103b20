/// A YAML value as it was written: members keep their order, and scalars keep their text.
///
/// The text matters: the plain scalar `3.10` is a number to YAML and a version to everybody who writes recipes.
public struct YAMLValue: Sendable {
    public indirect enum Content: Sendable {
        /// `isPlain` is false for quoted and block scalars, which are always strings.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLValue])
        case mapping([Member])
    }

    public struct Member: Sendable {
        public let key: String
        public let value: YAMLValue
        /// Where the key stands.
        public let location: YAMLLocation
    }

    public let content: Content
    /// Where the value begins.
    public let location: YAMLLocation

    /// The scalar's text, however it was quoted; nil for null and for collections.
    public var string: String? {
        if case .scalar(let text, _) = content, !isNull { text } else { nil }
    }

    /// `~`, `null` or nothing, unquoted.
    public var isNull: Bool {
        if case .scalar(let text, true) = content { ["", "~", "null", "Null", "NULL"].contains(text) } else { false }
    }

    /// An unquoted truth value, in all the spellings of YAML 1.1, which Python's readers take.
    public var bool: Bool? {
        guard case .scalar(let text, true) = content else { return nil }
        return switch text {
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": true
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": false
        default: nil
        }
    }

    /// An unquoted whole decimal number; the octal and base-60 spellings of YAML 1.1 are not numbers here.
    public var integer: Int64? {
        guard case .scalar(let text, true) = content, let value = Int64(text), text == "0" || !text.drop(while: "+-".contains).hasPrefix("0") else {
            return nil
        }
        return value
    }

    /// An unquoted finite number.
    public var number: Double? {
        guard case .scalar(let text, true) = content, text.utf8.allSatisfy({ (48...57).contains($0) || "+-.eE".utf8.contains($0) }),
            let value = Double(text), value.isFinite
        else { return nil }
        return value
    }

    public var sequence: [YAMLValue]? { if case .sequence(let values) = content { values } else { nil } }
    public var mapping: [Member]? { if case .mapping(let members) = content { members } else { nil } }

    /// A list of scalars, or a single scalar as a list of one, as conda's files allow in most places.
    public var strings: [String]? {
        if let string { return [string] }
        guard let sequence else { return nil }
        let strings = sequence.compactMap(\.string)
        return strings.count == sequence.count ? strings : nil
    }

    /// The member called `key` of a mapping; nil for everything else.
    public subscript(key: String) -> YAMLValue? { mapping?.first { $0.key == key }?.value }

    public subscript(index: Int) -> YAMLValue? {
        guard let sequence, sequence.indices.contains(index) else { return nil }
        return sequence[index]
    }

    var kind: String {
        switch content {
        case .scalar: isNull ? "nothing" : "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
