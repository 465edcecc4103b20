/// The members of a mapping, by the keys of one type.
struct KeyedYAMLContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: YAMLValueDecoder
    let members: [YAMLValue.Member]

    var codingPath: [any CodingKey] { decoder.codingPath }

    var allKeys: [Key] {
        members.compactMap { member in
            guard let key = Key(stringValue: member.key) else { return nil }
            decoder.ask(member.key)
            return key
        }
    }

    private func member(_ key: any CodingKey) -> YAMLValue? {
        decoder.ask(key.stringValue)
        return members.first { $0.key == key.stringValue }?.value
    }

    private func child(_ key: any CodingKey) throws(YAMLError) -> YAMLValueDecoder {
        guard let value = member(key) else { throw .missingKey(key.stringValue, path: decoder.path, decoder.value.location) }
        return decoder.child(value, key)
    }

    func contains(_ key: Key) -> Bool { member(key) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try child(key).decodeNil() }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try child(key).decode(type) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        try decoder.kept(child(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { try decoder.kept(child(key)).unkeyedContainer() }
    func superDecoder() throws -> any Decoder { decoder }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder.kept(child(key)) }
}
