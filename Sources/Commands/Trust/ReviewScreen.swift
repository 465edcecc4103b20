import Basics
import JSONReading
import Packaging
import Provenance
import TerminalUI
import Verification
import Workbench

/// What a reviewer reads before he signs.
enum ReviewScreen {
    static func lines(_ brief: ReviewBrief, _ draft: ArtifactReview.Draft) -> [String] {
        var lines = ["", "TESTS"]
        lines +=
            brief.cells.isEmpty
            ? ["  none was signed"]
            : Table(
                ["cell", "outcome", "expected", "signed by", "reason"],
                rows: brief.cells.map { [$0.name.printable, $0.outcome.printable, $0.expected.printable, $0.person, $0.reason?.printable ?? ""] }
            ).lines.map { "  " + $0 }
        lines += ["", "RECIPE"] + recipe(brief.recipe).map { "  " + $0 }
        lines += ["", "SINCE THE VERSION BEFORE"]
        if let previous = brief.previous {
            lines += previous.text.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + String($0).printable }
        } else {
            lines.append("  not compared: name an older artifact with `--previous FILE`")
        }
        lines += ["", "END OF THE BUILD LOG"]
        lines += brief.logEnd?.map { "  " + $0.printable } ?? ["  `\(draft.verdict.fileName.printable).log` does not lie beside the artifact"]
        lines += ["", "WHAT WOULD BE SIGNED"]
        lines += String(decoding: draft.statement.json.serialized(.pretty), as: UTF8.self).split(separator: "\n").map { "  " + String($0).printable }
        return lines + [""]
    }

    private static func recipe(_ recipe: ReviewBrief.Recipe) -> [String] {
        switch recipe {
        case .notCompared(let commit):
            return ["not compared with commit \(commit?.printable ?? "(none was signed)"): name a checkout with `--feedstock DIR`"]
        case .same(let commit): return ["the embedded recipe is that of commit \(commit.printable)"]
        case .differs(let commit, let changes):
            var lines = [terminal.styled("the embedded recipe is not that of commit \(commit.printable):", .bad)]
            for change in changes {
                lines.append(change.difference.description)
                lines += change.lines.map { "    " + $0.printable }
            }
            return lines
        }
    }
}
