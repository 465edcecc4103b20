/// The rules for a path in an artifact, as text: they need no file system.
enum MemberPath {
    /// The path without a leading `./` and a trailing `/`, which tar tools add; nil for the root itself (`./`).
    static func normalized(_ path: String) throws(MemberPathRefusal) -> String? {
        var path = Substring(path)
        while path.hasPrefix("./") { path = path.dropFirst(2) }
        if path.last == "/", path != "/" { path = path.dropLast() }
        if path == "." { return nil }
        guard !path.isEmpty else { throw .init(.emptyName) }
        guard path.first != "/", !isWindowsAbsolute(path) else { throw .init(.absolute) }
        for scalar in path.unicodeScalars where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) { throw .init(.badCharacter) }
        // A backslash is a letter here and a separator on Windows: it must be harmless in both readings.
        for part in path.split(whereSeparator: { $0 == "/" || $0 == "\\" }) where part == ".." || part == "." { throw .init(.climbs) }
        for part in path.split(separator: "/", omittingEmptySubsequences: false) where part.isEmpty { throw .init(.climbs) }
        return String(path)
    }

    /// Whether a link at `path` with `target` stays inside. `hasTurn` says that a `..` stands behind a name, where what it means
    /// depends on whether that name is itself a link.
    static func judge(link path: String, target: String) -> (staysInside: Bool, hasTurn: Bool) {
        guard !target.isEmpty, target.first != "/", !isWindowsAbsolute(Substring(target)), !target.utf8.contains(0) else { return (false, false) }
        var depth = path.utf8.count(where: { $0 == UInt8(ascii: "/") })
        var (hasName, hasTurn) = (false, false)
        for part in target.split(whereSeparator: { $0 == "/" || $0 == "\\" }) {
            switch part {
            case ".": continue
            case "..":
                depth -= 1
                hasTurn = hasTurn || hasName
                if depth < 0 { return (false, hasTurn) }
            default:
                depth += 1
                hasName = true
            }
        }
        return (true, hasTurn)
    }

    /// What two names share where case and composition do not count.
    static func folded(_ path: String) -> [UInt8] {
        if path.utf8.allSatisfy({ $0 < 0x80 }) {
            return path.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
        }
        // Upper-casing first joins letters that only one direction tells apart, such as ß and ſ.
        return Array(path.uppercased().lowercased().decomposed.utf8)
    }

    private static func isWindowsAbsolute(_ path: Substring) -> Bool {
        let bytes = Array(path.utf8.prefix(2))
        guard let first = bytes.first else { return false }
        let isLetter = (65...90).contains(first & 0xDF)
        return first == UInt8(ascii: "\\") || bytes.count == 2 && isLetter && bytes[1] == UInt8(ascii: ":")
    }
}

struct MemberPathRefusal: Error {
    let refusal: MemberRefusal
    init(_ refusal: MemberRefusal) { self.refusal = refusal }
}
