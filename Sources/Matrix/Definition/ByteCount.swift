/// A number of bytes, spelled with a binary unit: `512 MiB`.
public struct ByteCount: Hashable, Sendable, CustomStringConvertible {
    public let bytes: Int64
    public init(_ bytes: Int64) { self.bytes = bytes }

    private static let units: [(String, Int64)] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]

    /// Reads `2 GiB`, `512MiB` or a plain number of bytes; nil for everything else and for less than one byte.
    public init?(parsing text: String) {
        var number = text
        var scale: Int64 = 1
        if let (unit, size) = Self.units.first(where: { text.hasSuffix($0.0) }) {
            number.removeLast(unit.count)
            scale = size
        }
        while number.last == " " { number.removeLast() }
        guard let value = Int64(number), value > 0 else { return nil }
        let (bytes, overflow) = value.multipliedReportingOverflow(by: scale)
        guard !overflow else { return nil }
        self.bytes = bytes
    }

    public var description: String {
        for (unit, size) in Self.units where bytes >= size {
            let tenths = (bytes * 10 + size / 2) / size
            return tenths % 10 == 0 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
        }
        return "\(bytes) bytes"
    }
}

extension ByteCount: Decodable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = ByteCount(parsing: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a size such as `2 GiB`")
        }
        self = value
    }
}
