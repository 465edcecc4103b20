/// How a word is shown: meaning never depends on it.
public enum Style: Sendable {
    case plain, strong, faint, good, bad, warning

    var code: String {
        switch self {
        case .plain: "0"
        case .strong: "1"
        case .faint: "2"
        case .good: "32"
        case .bad: "31"
        case .warning: "33"
        }
    }
}

extension Terminal {
    /// `text` in `style`, or as it is where colour is not wanted.
    public func styled(_ text: String, _ style: Style) -> String {
        guard usesColour, style != .plain, !text.isEmpty else { return text }
        return "\u{1B}[\(style.code)m\(text)\u{1B}[0m"
    }
}
