public import Foundation

/// Reads and writes `Codable` values as JSON that is strict in the way of `JSONValue`.
public enum StrictJSON {
    /// Decodes `type` after the whole text has passed the strict reader. Members that `type` does not know are ignored.
    public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data, limits: JSONValue.Limits = .init()) throws(JSONError) -> Value {
        _ = try JSONValue(parsing: data, limits: limits)
        do { return try JSONDecoder().decode(type, from: data) } catch let error as DecodingError {
            throw .shape(describe(error))
        } catch { throw .shape("\(error)") }
    }

    /// Encodes with sorted keys; `pretty` adds line breaks and a final newline, for files that people open.
    public static func encode(_ value: some Encodable, pretty: Bool = false) throws(JSONError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = pretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
        do {
            let data = try encoder.encode(value)
            return pretty ? data + Data("\n".utf8) : data
        } catch { throw .shape("\(error)") }
    }

    private static func describe(_ error: DecodingError) -> String {
        func path(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
            return path.isEmpty ? "the document" : "`\(path)`"
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(path(context)) has no `\(key.stringValue)`"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            "\(path(context)): \(context.debugDescription)"
        @unknown default: "\(error)"
        }
    }
}
