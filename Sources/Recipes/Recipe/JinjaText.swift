import Foundation

/// The part of Jinja that needs no evaluation: a bare variable, with `lower` or `upper` at most.
enum JinjaText {
    static func expand(_ text: String, open: String, values: [String: String]) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.range(of: open), let end = rest[start.upperBound...].range(of: "}}") {
            result += rest[..<start.lowerBound]
            let expression = rest[start.upperBound..<end.lowerBound]
            result += evaluate(expression, values) ?? String(rest[start.lowerBound..<end.upperBound])
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    private static func evaluate(_ expression: Substring, _ values: [String: String]) -> String? {
        let parts = expression.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        guard let name = parts.first, var value = values[name] else { return nil }
        for filter in parts.dropFirst() {
            switch filter {
            case "lower": value = value.lowercased()
            case "upper": value = value.uppercased()
            default: return nil
            }
        }
        return value
    }
}
