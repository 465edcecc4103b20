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
    @OptionGroup(title: "Limits") var reading: ReadingOptions

    func run() async throws {
        let (limits, other) = (reading.limits, FilePath(new))
        let results = await ArtifactReading.map([FilePath(old)]) { path, stop in
            Result { () throws(PackagingError) in
                try PackageDiff.between(try .open(path, limits: limits, stop: stop), try .open(other, limits: limits, stop: stop))
            }
        }
        guard let diff = try results.first?.get() else { return }
        try format.show(diff) { diff.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    }
}
