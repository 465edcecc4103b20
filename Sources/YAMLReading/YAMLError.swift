public import Basics

/// Why a text is not the YAML that we take.
public enum YAMLError: Explained, Hashable {
    case syntax(String, YAMLLocation)
    case notUTF8(offset: Int)
    case empty
    case secondDocument(YAMLLocation)
    /// With the place of the first of the two.
    case duplicateKey(String, YAMLLocation)
    case tooLarge(limit: Int)
    case tooDeep(limit: Int)
    case tooManyNodes(limit: Int)
    case tooManyAliases(limit: Int)
    /// Something that YAML allows and that we refuse, because readers differ on what it means.
    case unsupported(String, YAMLLocation)
    /// `path` is empty for the document itself.
    case shape(path: String, problem: String, YAMLLocation)
    case missingKey(String, path: String, YAMLLocation)
    case unknownKey(String, path: String, known: [String], YAMLLocation)

    public var message: String {
        switch self {
        case .syntax(let problem, let location): "not YAML: \(problem) at \(location)"
        case .notUTF8(let offset): "not YAML: no UTF-8 at byte \(offset)"
        case .empty: "the YAML document is empty"
        case .secondDocument(let location): "one YAML document expected, but a second one begins at \(location)"
        case .duplicateKey(let key, let location): "the key `\(key)` stands twice, first at \(location)"
        case .tooLarge(let limit): "YAML of more than \(limit) bytes is not read here"
        case .tooDeep(let limit): "YAML of more than \(limit) levels is not read here"
        case .tooManyNodes(let limit): "YAML of more than \(limit) values, aliases written out, is not read here"
        case .tooManyAliases(let limit): "YAML with more than \(limit) aliases is not read here"
        case .unsupported(let what, let location): "\(what) is not read here, at \(location)"
        case .shape(let path, let problem, let location): "\(Self.place(path)): \(problem), at \(location)"
        case .missingKey(let key, let path, let location): "\(Self.place(path)) has no `\(key)`, at \(location)"
        case .unknownKey(let key, let path, _, let location): "\(Self.place(path)) has the unknown key `\(key)`, at \(location)"
        }
    }

    public var hint: String? {
        switch self {
        case .unknownKey(_, _, let known, _) where !known.isEmpty: "known here: " + known.map { "`\($0)`" }.joined(separator: ", ")
        case .duplicateKey: "keep one of the two"
        default: nil
        }
    }

    private static func place(_ path: String) -> String { path.isEmpty ? "the document" : "`\(path)`" }
}
