import ArgumentParser
import Files
import Packaging
import SystemPackage
import TerminalUI

struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare two artifacts by what they hold.",
        discussion:
            "Equal payloads are reported as equal even when they are compressed differently: this is what an independent rebuild is judged by.")

    @Argument(help: .init("The old artifact.", valueName: "old")) var old: String
    @Argument(help: .init("The new artifact.", valueName: "new")) var new: String
    @OptionGroup var format: FormatOption

    func run() async throws {
        let diff = try PackageDiff.between(try Artifact.open(FilePath(old)), try Artifact.open(FilePath(new)))
        try format.show(diff) { diff.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    }
}
