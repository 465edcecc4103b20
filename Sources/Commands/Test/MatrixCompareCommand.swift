import ArgumentParser
import Matrix
import TerminalUI

struct MatrixCompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compare two runs: what was fixed, what broke, what is still so, what is new, what is gone.",
        discussion: """
            RUN is a name of `matrix list` or its beginning, `last`, `previous`, or a path to a record or to a folder of results, such as one that CI made. \
            Artifacts are compared by package name, so that two builds of a package can be. Exit code 1 when something broke.
            """)

    @Argument(help: .init("The earlier run.", valueName: "run")) var earlier = "previous"
    @Argument(help: .init("The later run.", valueName: "run")) var later = "last"
    @OptionGroup var options: MatrixHistoryOptions
    @Flag(help: "Also what came out alike.") var all = false
    @OptionGroup var format: FormatOption

    func run() async throws {
        let history = try options.history()
        let comparison = MatrixComparison(from: try history.record(earlier).results, to: try history.record(later).results)
        let shown = comparison.entries.filter { all || $0.isWorthSaying }
        try format.show(comparison) {
            Table(
                ["", "package", "cell", "before", "after", "why"],
                rows: shown.map { entry in
                    let isJudged = entry.after?.isVerdict ?? true
                    return [
                        entry.change.rawValue, entry.package, entry.cell.id, entry.before?.rawValue ?? "", entry.after?.rawValue ?? "",
                        entry.after == .passed || !isJudged ? "" : entry.reason.printable,
                    ]
                }
            ).lines
        }
        let counts = MatrixComparison.Change.allCases.map { change in "\(comparison.entries.count { $0.change == change }) \(change.rawValue)" }
        terminal.note(counts.joined(separator: ", "))
        let broken = comparison.entries.count { $0.change == .broke }
        guard broken == 0 else { throw AnswerIsNo(sentence: "\(Measure.count(broken, "cell")) broke") }
    }
}
