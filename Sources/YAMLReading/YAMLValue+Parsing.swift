import Yams

extension YAMLValue {
    /// How much is read before anything is believed.
    public struct Limits: Sendable {
        public var bytes: Int
        public var depth: Int
        /// Counted with every alias written out, so that a few lines cannot stand for a billion values.
        public var nodes: Int
        public var aliases: Int

        public init(bytes: Int = 4 << 20, depth: Int = 64, nodes: Int = 200_000, aliases: Int = 16) {
            self.bytes = bytes
            self.depth = depth
            self.nodes = nodes
            self.aliases = aliases
        }
    }

    /// Reads one document strictly: UTF-8, no duplicate keys, no merge keys, no tags but YAML's own, no second document.
    public init(parsing bytes: some Sequence<UInt8>, limits: Limits = Limits()) throws(YAMLError) {
        let bytes = Array(bytes)
        guard bytes.count <= limits.bytes else { throw .tooLarge(limit: limits.bytes) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(offset: Self.validPrefix(of: bytes)) }
        try Self.checkAliases(of: bytes, limit: limits.aliases)
        guard let node = try Self.compose(text, limits) else { throw .empty }
        var reader = NodeReader(limits: limits)
        self = try reader.value(of: node, depth: 0)
    }

    public init(parsing text: String, limits: Limits = Limits()) throws(YAMLError) {
        try self.init(parsing: text.utf8, limits: limits)
    }

    private static func compose(_ text: String, _ limits: Limits) throws(YAMLError) -> Node? {
        do {
            // The encoding is said, because the default asks the environment. No resolver: what a scalar means is decided by whom it is read for.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            return try parser.singleRoot()
        } catch let error as YamlError {
            throw translate(error, limits)
        } catch { throw .syntax("\(error)", YAMLLocation(line: 1, column: 1)) }
    }

    private static func translate(_ error: YamlError, _ limits: Limits) -> YAMLError {
        func location(_ mark: Mark) -> YAMLLocation { YAMLLocation(line: mark.line, column: mark.column) }
        switch error {
        case .scanner(_, let problem, let mark, _): return .syntax(problem, location(mark))
        case .parser(_, let problem, let mark, _):
            return problem.contains("nesting level") ? .tooDeep(limit: limits.depth) : .syntax(problem, location(mark))
        case .composer(_, let problem, let mark, _):
            return problem.contains("another document") ? .secondDocument(location(mark)) : .syntax(problem, location(mark))
        case .duplicatedKeysInMapping(let keys, let context): return .duplicateKey(keys.sorted().first ?? "", location(context.mark))
        case .reader(let problem, let offset, _, let text):
            let before = text.prefix(offset ?? 0)
            let line = before.count(where: \.isNewline) + 1
            return .syntax(problem, YAMLLocation(line: line, column: before.reversed().prefix { !$0.isNewline }.count + 1))
        default: return .syntax("\(error)", YAMLLocation(line: 1, column: 1))
        }
    }

    /// Refuses a text whose aliases could multiply, before the composer compares keys that hold them.
    ///
    /// Every `*name` with an `&name` anywhere counts, in comments and scripts too: too many rather than too few.
    private static func checkAliases(of bytes: [UInt8], limit: Int) throws(YAMLError) {
        func isName(_ byte: UInt8) -> Bool {
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "-")
        }
        func names(after sign: Character) -> [ArraySlice<UInt8>] {
            guard let sign = sign.asciiValue else { return [] }
            return bytes.indices.filter { bytes[$0] == sign }.map { bytes[($0 + 1)...].prefix(while: isName) }.filter { !$0.isEmpty }
        }
        let anchors = Set(names(after: "&"))
        guard !anchors.isEmpty, names(after: "*").count(where: anchors.contains) > limit else { return }
        throw .tooManyAliases(limit: limit)
    }

    private static func validPrefix(of bytes: [UInt8]) -> Int {
        var low = 0
        var high = bytes.count
        while low < high {
            let middle = (low + high + 1) / 2
            // A cut inside of a scalar is repaired at its end only, so that it still counts as valid.
            let cut = bytes[..<middle].lastIndex { $0 & 0xC0 != 0x80 } ?? 0
            if String(validating: bytes[..<cut], as: UTF8.self) != nil { low = middle } else { high = middle - 1 }
        }
        return bytes[..<low].lastIndex { $0 & 0xC0 != 0x80 } ?? 0
    }
}

private struct NodeReader {
    let limits: YAMLValue.Limits
    var count = 0

    mutating func value(of node: Node, depth: Int) throws(YAMLError) -> YAMLValue {
        guard depth <= limits.depth else { throw .tooDeep(limit: limits.depth) }
        count += 1
        guard count <= limits.nodes else { throw .tooManyNodes(limit: limits.nodes) }
        let location = location(of: node)
        switch node {
        case .scalar(let scalar):
            let isString = try isExplicitString(scalar.tag.rawValue, location)
            return YAMLValue(content: .scalar(scalar.string, isPlain: scalar.style == .plain && !isString), location: location)
        case .sequence(let nodes):
            _ = try isExplicitString(nodes.tag.rawValue, location)
            var values: [YAMLValue] = []
            for node in nodes { values.append(try value(of: node, depth: depth + 1)) }
            return YAMLValue(content: .sequence(values), location: location)
        case .mapping(let pairs):
            _ = try isExplicitString(pairs.tag.rawValue, location)
            return YAMLValue(content: .mapping(try members(of: pairs, depth: depth)), location: location)
        case .alias: throw .unsupported("an alias that is not resolved", location)
        }
    }

    private mutating func members(of pairs: Node.Mapping, depth: Int) throws(YAMLError) -> [YAMLValue.Member] {
        var members: [YAMLValue.Member] = []
        var keys: [String: YAMLLocation] = [:]
        for (keyNode, node) in pairs {
            let location = location(of: keyNode)
            guard case .scalar(let key) = keyNode else { throw .unsupported("a key that is a collection", location) }
            _ = try isExplicitString(key.tag.rawValue, location)
            guard key.string != "<<" || key.style != .plain else { throw .unsupported("a merge key (`<<`)", location) }
            if let first = keys.updateValue(location, forKey: key.string) { throw .duplicateKey(key.string, first) }
            members.append(.init(key: key.string, value: try value(of: node, depth: depth + 1), location: location))
        }
        return members
    }

    private func location(of node: Node) -> YAMLLocation { YAMLLocation(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1) }

    private func isExplicitString(_ tag: String, _ location: YAMLLocation) throws(YAMLError) -> Bool {
        switch tag {
        case "", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map": return false
        case "!", "tag:yaml.org,2002:str": return true
        default: throw .unsupported("the tag `\(tag)`", location)
        }
    }
}
