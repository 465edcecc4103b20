import Basics
import Conda
public import Foundation

/// Results in the JUnit format that CI services read: a suite an artifact, a case a cell.
///
/// A cell that came out as expected is a plain case, whatever its outcome. What was not judged at all is `skipped`, or an `error` where
/// the machine failed; so a service never counts it as passed.
public enum JUnitXML {
    public static func document(_ results: [CellResult]) -> Data {
        var names: [String] = []
        for result in results where !names.contains(result.artifact.name.fileName) { names.append(result.artifact.name.fileName) }
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        for name in names { text += suite(name, results.filter { $0.artifact.name.fileName == name }) }
        return Data((text + "</testsuites>\n").utf8)
    }

    private static func suite(_ name: String, _ results: [CellResult]) -> String {
        let failures = results.filter { $0.outcome.kind.isVerdict && !$0.isGreen }.count
        let errors = results.filter { $0.outcome.kind == .spurious }.count
        let skipped = results.filter { $0.outcome.kind == .unavailable }.count
        let time = results.map(\.duration).reduce(0, +)
        var text =
            "  <testsuite name=\"\(escaped(name))\" tests=\"\(results.count)\" failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\""
            + " time=\"\(seconds(time))\"" + (results.map(\.started).min().map { " timestamp=\"\($0.description.dropLast())\"" } ?? "") + ">\n"
        for result in results { text += testCase(result) }
        return text + "  </testsuite>\n"
    }

    private static func testCase(_ result: CellResult) -> String {
        var text =
            "    <testcase classname=\"\(escaped(result.artifact.name.stem))\" name=\"\(escaped(result.cell.description))\" time=\"\(seconds(result.duration))\">\n"
        let message = escaped(result.reason)
        let body = escaped(result.evidence.joined(separator: "\n"))
        switch result.outcome.kind {
        case .unavailable: text += "      <skipped message=\"\(message)\"/>\n"
        case .spurious: text += "      <error type=\"spurious\" message=\"\(message)\">\(body)</error>\n"
        case let kind where !result.isGreen: text += "      <failure type=\"\(kind)\" message=\"\(message)\">\(body)</failure>\n"
        case let kind: text += "      <system-out>\(kind): \(message)</system-out>\n"
        }
        return text + "    </testcase>\n"
    }

    private static func seconds(_ value: Double) -> String { String(format: "%.3f", value) }

    /// XML 1.0 has no place for most control characters, not even escaped; they become U+FFFD.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            case "\t": result += "&#9;"
            case "\r": result += "&#13;"
            case let other where other.value < 0x20 || other.value == 0xFFFE || other.value == 0xFFFF: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
