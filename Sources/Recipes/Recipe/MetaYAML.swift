import Foundation

/// Reads the outline of a `meta.yaml`, line by line.
///
/// A `meta.yaml` is a Jinja template with selectors in comments: before conda-build has run it is no YAML. So only what stands plainly is
/// read: `{% set name = "literal" %}`, `package:`, `build: number`, `outputs: - name`, `extra: feedstock-name`.
struct MetaYAML {
    private struct Line {
        let indent: Int
        /// After `- `, if the line begins an element.
        let isElement: Bool
        let key: String
        let value: String
    }

    private var values: [String: String] = [:]
    private var lines: [Line] = []

    init(_ data: Data) {
        for text in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) {
            if let (name, value) = Self.assignment(text) {
                values[name] = JinjaText.expand(value, open: "{{", values: values)
            } else if let line = Self.line(text) {
                lines.append(line)
            }
        }
    }

    var outline: RecipeOutline {
        var section = ""
        var version: String?
        var buildNumber: String?
        var feedstockName: String?
        var packageName = ""
        var outputs: [RecipeOutline.Output] = []
        var elementIndent: Int?
        for line in lines {
            if line.indent == 0, !line.isElement {
                section = line.key
                elementIndent = nil
            } else {
                let value = JinjaText.expand(line.value, open: "{{", values: values)
                switch (section, line.key) {
                case ("package", "name"): packageName = value
                case ("package", "version"): version = value
                case ("build", "number"): buildNumber = buildNumber ?? value
                case ("extra", "feedstock-name"): feedstockName = value
                case ("outputs", let key):
                    if line.isElement, line.indent <= elementIndent ?? line.indent { elementIndent = line.indent }
                    // The output's own name: on the element's line, or two columns further in, as its other keys.
                    let isOwn = line.isElement ? line.indent == elementIndent : line.indent == (elementIndent ?? 0) + 2
                    if key == "name", isOwn { outputs.append(RecipeOutline.Output(name: value)) }
                default: break
                }
            }
        }
        if outputs.isEmpty { outputs = [RecipeOutline.Output(name: packageName)] }
        return RecipeOutline(format: .v0, version: version, buildNumber: buildNumber, outputs: outputs, feedstockName: feedstockName)
    }

    /// `{% set name = "value" %}` with a literal on the right; anything else is left to conda-build.
    private static func assignment(_ line: Substring) -> (String, String)? {
        let text = line.trimmingCharacters(in: .whitespaces)
        guard text.hasPrefix("{%"), text.contains("%}") else { return nil }
        let inner = text.dropFirst(2).prefix { $0 != "%" }.trimmingCharacters(in: CharacterSet(charactersIn: " -\t"))
        guard inner.hasPrefix("set "), let equals = inner.firstIndex(of: "=") else { return nil }
        let name = inner[inner.index(inner.startIndex, offsetBy: 4)..<equals].trimmingCharacters(in: .whitespaces)
        let value = inner[inner.index(after: equals)...].trimmingCharacters(in: .whitespaces)
        if let quote = value.first, quote == "\"" || quote == "'", value.last == quote, value.count >= 2 {
            let literal = value.dropFirst().dropLast()
            return literal.contains(quote) ? nil : (name, String(literal))
        }
        return value.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) && !value.isEmpty ? (name, value) : nil
    }

    private static func line(_ text: Substring) -> Line? {
        var rest = text.drop { $0 == " " }
        let indent = text.count - rest.count
        guard !rest.hasPrefix("#"), !rest.hasPrefix("{%"), !rest.hasPrefix("{#") else { return nil }
        let isElement = rest.hasPrefix("- ")
        if isElement { rest = rest.dropFirst(2).drop { $0 == " " } }
        guard let colon = rest.firstIndex(of: ":") else { return isElement ? Line(indent: indent, isElement: true, key: "", value: "") : nil }
        let key = String(rest[..<colon])
        var value = rest[rest.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        // A comment, which is also where selectors stand.
        if let comment = value.range(of: " #") { value = value[..<comment.lowerBound].trimmingCharacters(in: .whitespaces) }
        if let quote = value.first, quote == "\"" || quote == "'", value.last == quote, value.count >= 2 {
            value = String(value.dropFirst().dropLast())
        }
        return Line(indent: indent, isElement: isElement, key: key, value: value)
    }
}
