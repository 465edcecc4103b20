/// Decodes one value, and remembers which keys were asked for.
///
/// A class, because the containers of one decoder share that memory; it never leaves the call to `YAML.decode`.
final class YAMLValueDecoder: Decoder {
    let value: YAMLValue
    let codingPath: [any CodingKey]
    let unknownKeys: YAML.UnknownKeys
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    /// In the order asked; empty until a keyed container was made.
    private var asked: [String] = []
    private var isKeyed = false
    /// Decoders that a type read through directly (nested containers, superclasses), whose keys are checked with ours.
    private var children: [YAMLValueDecoder] = []

    init(value: YAMLValue, codingPath: [any CodingKey], unknownKeys: YAML.UnknownKeys) {
        self.value = value
        self.codingPath = codingPath
        self.unknownKeys = unknownKeys
    }

    var path: String {
        codingPath.reduce("") { path, key in
            key.intValue.map { "\(path)[\($0)]" } ?? (path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)")
        }
    }

    func ask(_ key: String) { if !asked.contains(key) { asked.append(key) } }

    func child(_ value: YAMLValue, _ key: any CodingKey) -> YAMLValueDecoder {
        YAMLValueDecoder(value: value, codingPath: codingPath + [key], unknownKeys: unknownKeys)
    }

    func kept(_ child: YAMLValueDecoder) -> YAMLValueDecoder {
        children.append(child)
        return child
    }

    func shape(_ problem: String) -> YAMLError { .shape(path: path, problem: problem, value.location) }

    /// Decodes the whole value, checks its keys, and gives every error a place in the text.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            let result = try Value(from: self)
            try checkKeys()
            return result
        } catch let error as YAMLError {
            throw error
        } catch let error as DecodingError {
            throw shape(error.problem)
        } catch { throw shape("\(error)") }
    }

    private func checkKeys() throws(YAMLError) {
        guard unknownKeys == .refused else { return }
        if isKeyed, let unknown = value.mapping?.first(where: { !asked.contains($0.key) }) {
            throw .unknownKey(unknown.key, path: path, known: asked, unknown.location)
        }
        for child in children { try child.checkKeys() }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let members = value.mapping else { throw shape("a mapping expected, not \(value.kind)") }
        isKeyed = true
        return KeyedDecodingContainer(KeyedYAMLContainer(decoder: self, members: members))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let values = value.sequence else { throw shape("a list expected, not \(value.kind)") }
        return UnkeyedYAMLContainer(decoder: self, values: values)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }
}

extension YAMLValueDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { value.isNull }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard let bool = value.bool else { throw shape("`true` or `false` expected") }
        return bool
    }

    func decode(_ type: String.Type) throws -> String {
        guard let string = value.string else { throw shape("a text expected, not \(value.kind)") }
        return string
    }

    func decode(_ type: Double.Type) throws -> Double {
        guard let number = value.number else { throw shape("a number expected") }
        return number
    }

    func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }
    func decode(_ type: Int.Type) throws -> Int { try integer() }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer() }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer() }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer() }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer() }
    func decode(_ type: UInt.Type) throws -> UInt { try integer() }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer() }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer() }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer() }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer() }

    private func integer<Number: FixedWidthInteger>() throws -> Number {
        guard let integer = value.integer, let number = Number(exactly: integer) else {
            throw shape("a whole number from \(Number.min) to \(Number.max) expected")
        }
        return number
    }
}

extension DecodingError {
    /// What is wrong, without the path, which the YAML error holds itself.
    fileprivate var problem: String {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context), .dataCorrupted(let context):
            context.debugDescription
        @unknown default: "\(self)"
        }
    }
}
