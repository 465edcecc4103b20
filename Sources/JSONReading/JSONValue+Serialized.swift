public import Foundation

extension JSONValue {
    /// How a document is laid out.
    public enum Layout: Sendable {
        /// No white space, members in the order given.
        case compact
        /// No white space, members sorted by their keys' UTF-16 units, as RFC 8785 (JCS) says.
        case canonical
        /// Two spaces a level, for people; members in the order given.
        case pretty
    }

    /// The document as UTF-8, without a final newline. The same value gives the same bytes.
    public func serialized(_ layout: Layout = .compact) -> Data {
        var bytes: [UInt8] = []
        write(to: &bytes, layout, indent: 0)
        return Data(bytes)
    }

    private func write(to bytes: inout [UInt8], _ layout: Layout, indent: Int) {
        switch self {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += String(value).utf8
        case .number(let value):
            // RFC 8785 wants ECMAScript's spelling, in which a whole number has no fraction.
            bytes += (value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)).utf8
        case .string(let value): Self.write(value, to: &bytes)
        case .array(let values):
            Self.write(values, open: "[", close: "]", to: &bytes, layout, indent) { value, bytes in
                value.write(to: &bytes, layout, indent: indent + 1)
            }
        case .object(let members):
            let ordered = layout == .canonical ? members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) } : members
            Self.write(ordered, open: "{", close: "}", to: &bytes, layout, indent) { member, bytes in
                Self.write(member.key, to: &bytes)
                bytes += (layout == .pretty ? ": " : ":").utf8
                member.value.write(to: &bytes, layout, indent: indent + 1)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], open: Unicode.Scalar, close: Unicode.Scalar, to bytes: inout [UInt8], _ layout: Layout, _ indent: Int,
        _ body: (Element, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            if layout == .pretty { bytes += ("\n" + String(repeating: "  ", count: indent + 1)).utf8 }
            body(element, &bytes)
        }
        if layout == .pretty, !elements.isEmpty { bytes += ("\n" + String(repeating: "  ", count: indent)).utf8 }
        bytes.append(UInt8(ascii: close))
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += "\\\"".utf8
            case UInt8(ascii: "\\"): bytes += "\\\\".utf8
            case 0x08: bytes += "\\b".utf8
            case 0x0C: bytes += "\\f".utf8
            case 0x0A: bytes += "\\n".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0x09: bytes += "\\t".utf8
            case 0..<0x20: bytes += ("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
