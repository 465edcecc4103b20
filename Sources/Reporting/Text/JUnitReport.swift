/// The report for CI services: a suite an artifact with a test a system, and one suite for the verification.
///
/// The widely read subset of JUnit's XML: `testsuites`, `testsuite`, `testcase`, `failure`, `error`, `skipped`.
enum JUnitReport {
    private struct Case {
        let name: String
        let seconds: Double
        /// `failure`, `error` or `skipped` with its message; nil for a test that passed.
        let trouble: (element: String, message: String)?
        let note: String?
    }

    static func render(_ report: BuildReport) -> String {
        var suites: [(name: String, cases: [Case])] = []
        if let matrix = report.matrix {
            for (index, artifact) in matrix.artifacts.enumerated() {
                suites.append(
                    (
                        artifact,
                        matrix.rows.compactMap { row in row.cells.indices.contains(index) ? row.cells[index].map { cell($0, row.system) } : nil }
                    ))
            }
        }
        if !report.verdict.steps.isEmpty { suites.append(("verification", report.verdict.steps.map(step))) }

        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites name=\"\(escape(report.title))\" \(counts(suites.flatMap(\.cases)))>\n"
        for suite in suites {
            text += "  <testsuite name=\"\(escape(suite.name))\" \(counts(suite.cases)) timestamp=\"\(report.madeAt)\">\n"
            for test in suite.cases { text += line(test, in: suite.name) }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private static func cell(_ cell: BuildReport.Cell, _ system: String) -> Case {
        let message = cell.look.word + (cell.reason.map { ": \($0)" } ?? "")
        let element: String? =
            if cell.isGreen { nil } else {
                switch cell.outcome {
                case .passed, .failed, .uninstallable: "failure"
                case .timedOut, .spurious: "error"
                case .unavailable: "skipped"
                }
            }
        return Case(
            name: system, seconds: cell.seconds ?? 0, trouble: element.map { ($0, message) },
            note: cell.isGreen && cell.outcome != .passed ? message : nil)
    }

    private static func step(_ step: BuildReport.Step) -> Case {
        let message = step.details.joined(separator: "; ")
        let trouble: (String, String)? =
            switch step.outcome {
            case .passed: nil
            case .failed: ("failure", message)
            // What was not checked is not a test that was left out on purpose.
            case .unchecked: ("error", "not checked" + (message.isEmpty ? "" : ": \(message)"))
            }
        return Case(name: step.title, seconds: 0, trouble: trouble, note: nil)
    }

    private static func counts(_ cases: [Case]) -> String {
        func count(_ element: String) -> Int { cases.count { $0.trouble?.element == element } }
        let seconds = cases.reduce(0) { $0 + $1.seconds }
        return
            "tests=\"\(cases.count)\" failures=\"\(count("failure"))\" errors=\"\(count("error"))\" skipped=\"\(count("skipped"))\" time=\"\(milli(seconds))\""
    }

    private static func line(_ test: Case, in suite: String) -> String {
        let start = "    <testcase name=\"\(escape(test.name))\" classname=\"\(escape(suite))\" time=\"\(milli(test.seconds))\""
        if let trouble = test.trouble { return "\(start)>\n      <\(trouble.element) message=\"\(escape(trouble.message))\"/>\n    </testcase>\n" }
        if let note = test.note { return "\(start)>\n      <system-out>\(escape(note))</system-out>\n    </testcase>\n" }
        return start + "/>\n"
    }

    private static func milli(_ seconds: Double) -> String {
        let milli = Int((max(0, seconds.isFinite ? seconds : 0) * 1000).rounded())
        let rest = String(milli % 1000)
        return "\(milli / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    /// Characters that XML 1.0 cannot hold even as references are spelled out beforehand.
    private static func escape(_ text: String) -> String { HTMLText.escape(text) }
}
