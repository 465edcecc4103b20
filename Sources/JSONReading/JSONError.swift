public import Basics

/// Why a text is not the JSON that we take; `offset` counts bytes from 0.
public enum JSONError: Explained, Hashable {
    case syntax(expected: String, offset: Int)
    case duplicateKey(String, offset: Int)
    case notUTF8(offset: Int)
    case tooLarge(limit: Int)
    case tooDeep(limit: Int)
    case trailingBytes(offset: Int)
    case shape(String)

    public var message: String {
        switch self {
        case .syntax(let expected, let offset): "not JSON: \(expected) expected at byte \(offset)"
        case .duplicateKey(let key, let offset): "not JSON that can be trusted: the key `\(key)` stands twice, again at byte \(offset)"
        case .notUTF8(let offset): "not JSON: no UTF-8 at byte \(offset)"
        case .tooLarge(let limit): "JSON of more than \(limit) bytes is not read here"
        case .tooDeep(let limit): "JSON of more than \(limit) levels is not read here"
        case .trailingBytes(let offset): "not JSON: something follows the document at byte \(offset)"
        case .shape(let what): "not the JSON expected here: \(what)"
        }
    }
}
