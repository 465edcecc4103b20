import Basics

/// The report for a pull request: GitHub's Markdown, short on top, the rest folded.
enum MarkdownReport {
    static func render(_ report: BuildReport) -> String {
        var text = "## \(escape(report.title)) — built by hand\n\n"
        let look = report.verdict.outcome.look
        text += "**\(look.sign) \(look.word).** \(prose(report.verdict.summary))\n\n"
        text += origin(report.origin)
        text += artifacts(report)
        if let matrix = report.matrix { text += self.matrix(matrix) }
        text += folded("Verification, step by step", steps(report.verdict.steps))
        text += folded("Builds", builds(report.builds))
        for checklist in report.checklists { text += folded("Checklist: " + checklist.title, lines(checklist)) }
        text += folded("Signed statements", envelopes(report.envelopes))
        text += folded("Check it yourself", commands(report.commands))
        text += "<sub>Made by \(escape(report.madeBy)) on \(report.madeAt)</sub>\n"
        return text
    }

    private static func origin(_ origin: BuildReport.Origin) -> String {
        var rows: [(String, String)] = [("Feedstock", code(origin.feedstock)), ("Commit", code(origin.commit))]
        if let address = origin.pullRequest { rows.append(("Pull request", RelativeLink.web(address) ?? code(address))) }
        if let reason = origin.reason { rows.append(("Reason", prose(reason))) }
        if let person = origin.enabledBy { rows.append(("Enabled by", code(person))) }
        if let person = origin.builder { rows.append(("Built by", code(person))) }
        if let channel = origin.channel { rows.append(("Channel", code(channel))) }
        if let digest = origin.recipeSHA256 { rows.append(("Recipe", code("sha256:" + digest.hexadecimal))) }
        rows += origin.oddities.map { ("Note", prose($0)) }
        return "| | |\n|---|---|\n" + rows.map { "| \($0) | \($1) |\n" }.joined() + "\n"
    }

    private static func artifacts(_ report: BuildReport) -> String {
        guard !report.artifacts.isEmpty else { return "" }
        return "### Artifacts\n\n| file | size | sha256 |\n|---|---:|---|\n"
            + report.artifacts.map {
                "| \(code("\($0.subdir)/\($0.fileName)")) | \(Amounts.bytes($0.byteCount)) | \(code($0.sha256.hexadecimal)) |\n"
            }.joined() + "\n"
    }

    private static func matrix(_ matrix: BuildReport.Matrix) -> String {
        var text =
            "### Matrix\n\n| system | " + matrix.artifacts.map(code).joined(separator: " | ") + " |\n|---|"
            + String(repeating: "---|", count: matrix.artifacts.count) + "\n"
        for row in matrix.rows {
            let cells = matrix.artifacts.indices.map { index -> String in
                guard row.cells.indices.contains(index), let cell = row.cells[index] else { return "" }
                let look = cell.look
                return "\(look.sign) \(look.word)" + (cell.reason.map { ": \(prose($0))" } ?? "") + (cell.prediction.map { " (\(prose($0)))" } ?? "")
            }
            text +=
                "| \(escape(row.system))" + (row.detail.map { " <sub>\(escape($0))</sub>" } ?? "") + " | " + cells.joined(separator: " | ") + " |\n"
        }
        return text + "\n"
    }

    private static func steps(_ steps: [BuildReport.Step]) -> String {
        steps.map { step in
            "- \(step.outcome.look.sign) **\(escape(step.title))** \(step.outcome.look.word)\n" + step.details.map { "  - \(prose($0))\n" }.joined()
        }.joined()
    }

    private static func builds(_ builds: [BuildReport.Build]) -> String {
        builds.map { build in
            let seconds = Double(build.finished.seconds - build.started.seconds)
            return "- \(code(build.variant)) \(build.succeeded ? "✓ built" : "✕ failed") in \(Amounts.duration(seconds)), attempt \(build.attempt), "
                + "in \(code(build.imageDigest ?? build.image))" + (build.reason.map { ": \(prose($0))" } ?? "")
                + (build.log.map { ", log \(code("sha256:" + $0.sha256.hexadecimal))" } ?? "") + "\n"
        }.joined()
    }

    private static func lines(_ checklist: BuildReport.Checklist) -> String {
        var text = checklist.lines.map { line in
            "- \(line.state.look.sign) \(prose(line.text))" + (line.answer.map { " — \(prose($0))" } ?? "") + "\n"
        }.joined()
        if let person = checklist.signedOffBy { text += "\nSigned off by \(code(person))" + (checklist.signedOffAt.map { " on \($0)" } ?? "") + "\n" }
        return text
    }

    private static func envelopes(_ envelopes: [BuildReport.Envelope]) -> String {
        guard !envelopes.isEmpty else { return "" }
        return "| statement | about | signed by | leaf | sha256 of the envelope |\n|---|---|---|---:|---|\n"
            + envelopes.map { envelope in
                "| \(code(envelope.predicateType)) | \(code(envelope.subject)) | \(code(envelope.signer ?? envelope.keyID)) | \(envelope.leaf.map(String.init) ?? "") | \(code(envelope.sha256.hexadecimal)) |\n"
            }.joined()
    }

    private static func commands(_ commands: [BuildReport.StockCommand]) -> String {
        commands.map { command in
            let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: command.command) + 1))
            return "\(prose(command.purpose))\n\n\(fence)sh\n\(VisibleText.spelled(command.command))\n\(fence)\n"
        }.joined(separator: "\n")
    }

    private static func folded(_ title: String, _ content: String) -> String {
        content.isEmpty ? "" : "<details><summary>\(summary(title))</summary>\n\n\(content)\n</details>\n\n"
    }

    /// A sentence whose names stand between backticks.
    private static func prose(_ text: String) -> String {
        Prose(text).pieces.map { escape($0.plain) + ($0.code.map(code) ?? "") }.joined()
    }

    /// A line of HTML in which Markdown is not read; a line break could end it.
    private static func summary(_ title: String) -> String {
        HTMLText.escape(title).split(whereSeparator: \.isNewline).joined(separator: " ").replacing("@", with: "@\u{200B}")
            .replacing("[", with: "&#91;").replacing("]", with: "&#93;")
    }

    /// Text of others: no markup, no HTML, no table's border, nobody called by name.
    static func escape(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in VisibleText.spelled(text).unicodeScalars {
            switch scalar {
            case "\n", "\t": result.append(" ")
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            // A zero-width space: GitHub notifies whoever is named behind an `@`, escaped or not.
            case "@": result.append(contentsOf: "@\u{200B}".unicodeScalars)
            case "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "#", "!", "|", "~", ">": result.append(contentsOf: ["\\", scalar])
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// A code span that also stands in a table's cell.
    static func code(_ text: String) -> String {
        let text = VisibleText.spelled(text).split(whereSeparator: \.isNewline).joined(separator: " ")
        // In a table a bar ends the cell even in a code span, unless it is escaped.
        let inner = String(String.UnicodeScalarView(text.unicodeScalars.flatMap { $0 == "|" ? ["\\", "|"] : [$0] }))
        let fence = String(repeating: "`", count: longestRun(of: "`", in: inner) + 1)
        let pad = fence.count > 1 || inner.isEmpty ? " " : ""
        return fence + pad + inner + pad + fence
    }

    private static func longestRun(of scalar: Unicode.Scalar, in text: String) -> Int {
        var longest = 0
        var run = 0
        for other in text.unicodeScalars {
            run = other == scalar ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}
