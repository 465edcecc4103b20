import Mustache

/// Escapes by Unicode scalars.
///
/// Mustache's own escaping goes by `Character`, so that a quote followed by a combining mark is another character and passes as it is:
/// enough to leave an attribute. Every template of ours therefore begins with `{{% CONTENT_TYPE:SCALARS}}`.
struct HTMLText: MustacheContentType {
    static let name = "SCALARS"

    func escapeText(_ text: String) -> String { Self.escape(text) }

    /// For text and for quoted attributes, of HTML and of XML; what cannot be seen is spelled out.
    static func escape(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in VisibleText.spelled(text).unicodeScalars {
            switch scalar {
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            case "\u{FFFE}", "\u{FFFF}": result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
