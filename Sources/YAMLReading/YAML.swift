public import Foundation

/// Reads `Decodable` values from YAML that is strict in the way of `YAMLValue`.
public enum YAML {
    /// What is done with a key that the type does not ask for.
    public enum UnknownKeys: Sendable {
        /// Named in an error: for our own files, where such a key is a misspelt one.
        case refused
        /// Passed over: for files that other programs define.
        case ignored
    }

    /// Decodes one document as `type`; every error names its line and column.
    ///
    /// A `String` takes any scalar by its text (`3.10` stays `3.10`); numbers and truth values must be unquoted.
    /// A value that the type reads through a `JSONDecoder`-only path (dates, `Data`) is not supported.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from data: Data, unknownKeys: UnknownKeys = .refused, limits: YAMLValue.Limits = .init()
    ) throws(YAMLError) -> Value {
        try decode(type, from: try YAMLValue(parsing: data, limits: limits), unknownKeys: unknownKeys)
    }

    /// Decodes a value that was already read, or a part of one.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from value: YAMLValue, unknownKeys: UnknownKeys = .refused
    ) throws(YAMLError) -> Value {
        do {
            return try YAMLValueDecoder(value: value, codingPath: [], unknownKeys: unknownKeys).decode(type)
        } catch let error as YAMLError {
            throw error
        } catch let error as DecodingError {
            throw .shape(path: "", problem: "\(error)", value.location)
        } catch { throw .shape(path: "", problem: "\(error)", value.location) }
    }
}
