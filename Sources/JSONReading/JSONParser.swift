import Foundation

extension JSONValue {
    /// How much is read before anything is believed.
    public struct Limits: Sendable {
        public var bytes: Int
        public var depth: Int
        public init(bytes: Int = 16 << 20, depth: Int = 64) {
            self.bytes = bytes
            self.depth = depth
        }
    }

    /// Reads one RFC 8259 document, strictly: UTF-8 without a byte-order mark, no duplicate keys, nothing behind it.
    public init(parsing bytes: some Sequence<UInt8>, limits: Limits = Limits()) throws(JSONError) {
        let bytes = Array(bytes)
        guard bytes.count <= limits.bytes else { throw .tooLarge(limit: limits.bytes) }
        var parser = JSONParser(bytes: bytes, depthLimit: limits.depth)
        self = try parser.document()
    }

    public init(parsing text: String, limits: Limits = Limits()) throws(JSONError) {
        try self.init(parsing: text.utf8, limits: limits)
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    let depthLimit: Int
    var position = 0

    init(bytes: [UInt8], depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw .trailingBytes(offset: position) }
        return value
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: Character, _ expected: String) throws(JSONError) {
        guard next == byte.asciiValue else { throw .syntax(expected: expected, offset: position) }
        position += 1
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= depthLimit else { throw .tooDeep(limit: depthLimit) }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ text: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[position...].starts(with: text.utf8) else { throw .syntax(expected: "`\(text)`", offset: position) }
        position += text.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        try take("{", "`{`")
        var members: [JSONValue.Member] = []
        var keys: Set<String> = []
        skipSpace()
        if next == UInt8(ascii: "}") {
            position += 1
            return .object([])
        }
        while true {
            skipSpace()
            let start = position
            let key = try string()
            // Swift compares strings by canonical equivalence: stricter than bytes, which is what is wanted of a refusal.
            guard keys.insert(key).inserted else { throw .duplicateKey(key, offset: start) }
            skipSpace()
            try take(":", "`:`")
            members.append(.init(key, try value(depth: depth + 1)))
            skipSpace()
            if next == UInt8(ascii: "}") {
                position += 1
                return .object(members)
            }
            try take(",", "`,` or `}`")
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        try take("[", "`[`")
        var values: [JSONValue] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            position += 1
            return .array([])
        }
        while true {
            values.append(try value(depth: depth + 1))
            skipSpace()
            if next == UInt8(ascii: "]") {
                position += 1
                return .array(values)
            }
            try take(",", "`,` or `]`")
        }
    }

    private mutating func string() throws(JSONError) -> String {
        let start = position
        try take("\"", "a string")
        // Most strings hold no escape: they are one run of bytes.
        let run = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        if next == UInt8(ascii: "\"") {
            guard let string = String(validating: bytes[run..<position], as: UTF8.self) else { throw .notUTF8(offset: start) }
            position += 1
            return string
        }
        var text = Array(bytes[run..<position])
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw .notUTF8(offset: start) }
                return string
            case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
            case 0..<0x20: throw .syntax(expected: "no control character", offset: position - 1)
            default: text.append(byte)
            }
        }
        throw .syntax(expected: "the end of a string", offset: position)
    }

    private mutating func escape() throws(JSONError) -> [UInt8] {
        let start = position
        guard let byte = next else { throw .syntax(expected: "an escape", offset: start) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var unit = try hexadecimal()
            if (0xD800..<0xDC00).contains(unit) {
                guard next == UInt8(ascii: "\\"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u") else {
                    throw .syntax(expected: "the second half of a surrogate pair", offset: position)
                }
                position += 2
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw .syntax(expected: "the second half of a surrogate pair", offset: position - 4) }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw .syntax(expected: "a Unicode scalar", offset: start) }
            return Array(String(Character(scalar)).utf8)
        default: throw .syntax(expected: "an escape", offset: start)
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
                throw .syntax(expected: "four hexadecimal digits", offset: position)
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        let first = next
        let whole = skipDigits()
        guard whole > 0, !(first == UInt8(ascii: "0") && whole > 1) else { throw .syntax(expected: "a value", offset: start) }
        var isWhole = true
        if next == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            guard skipDigits() > 0 else { throw .syntax(expected: "a digit", offset: position) }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isWhole = false
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw .syntax(expected: "a digit", offset: position) }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw .syntax(expected: "a number that can be held", offset: start) }
        return .number(value)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = next, (48...57).contains(byte) { position += 1 }
        return position - start
    }
}
