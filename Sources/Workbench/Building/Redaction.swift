import Foundation

/// Takes secrets out of lines that are written down.
struct Redaction: Sendable {
    /// The values of secret variables that this process was started with.
    let values: [String]

    init(values: [String]) { self.values = values.filter { $0.utf8.count >= 6 } }

    func callAsFunction(_ text: String) -> String {
        var text = text
        for value in values where text.contains(value) { text = text.replacingOccurrences(of: value, with: "[secret]") }
        let bytes = text.utf8
        // A password in a URL, as in https://user:password@host, and a token in a channel's, as in https://host/t/TOKEN/channel.
        if bytes.contains(UInt8(ascii: "@")), text.contains("://") {
            text = text.replacing(#/:\/\/[^\/\s@:]+(:[^\/\s@]*)?@/#) { match in match.output.1 == nil ? String(match.output.0) : "://[secret]@" }
        }
        if text.contains("/t/"), text.contains("://") { text = text.replacing(#/\/t\/[A-Za-z0-9_\-]{8,}\//#) { _ in "/t/[secret]/" } }
        return text
    }
}
