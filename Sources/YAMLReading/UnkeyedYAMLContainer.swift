/// The elements of a list, one after the other.
struct UnkeyedYAMLContainer: UnkeyedDecodingContainer {
    let decoder: YAMLValueDecoder
    let values: [YAMLValue]
    private(set) var currentIndex = 0

    init(decoder: YAMLValueDecoder, values: [YAMLValue]) {
        self.decoder = decoder
        self.values = values
    }

    private struct Index: CodingKey {
        let index: Int
        var intValue: Int? { index }
        var stringValue: String { String(index) }
        init(_ index: Int) { self.index = index }
        init?(intValue: Int) { index = intValue }
        init?(stringValue: String) { nil }
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { values.count }
    var isAtEnd: Bool { currentIndex >= values.count }

    private func current() throws(YAMLError) -> YAMLValueDecoder {
        guard !isAtEnd else { throw decoder.shape("more than \(values.count) elements expected") }
        return decoder.child(values[currentIndex], Index(currentIndex))
    }

    mutating func decodeNil() throws -> Bool {
        guard try current().decodeNil() else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try current().decode(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        let container = try decoder.kept(current()).container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try decoder.kept(current()).unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let child = try decoder.kept(current())
        currentIndex += 1
        return child
    }
}
