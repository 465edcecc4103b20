import ArgumentParser
import Conda
import Files
import Publishing
import SystemPackage
import TerminalUI
import Workbench

struct RequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Write the file by which conda-forge is asked to copy the uploaded artifacts (CFEP-3).",
        discussion: "The YAML goes to standard output; --text writes the pull request's text instead.")

    @OptionGroup var workspace: WorkspaceOptions
    @Flag(name: .long, help: "The pull request's text instead of the file.") var text = false
    @Option(name: .long, help: .init("Where a build log can be read; may be repeated.", valueName: "url")) var log: [String] = []
    @Option(name: .long, help: "The team to ping, such as @conda-forge/qt-main.") var team: String?

    func run() async throws {
        let workspace = try workspace.find()
        let state = WorkspaceState(try Journal(reading: workspace.journal).entries)
        let publication = try Publication(settings: workspace.settings)
        let uploaded = state.artifacts.filter { $0.uploaded != nil }
        guard !uploaded.isEmpty else { throw WorkspaceError.nothingTo("request", needs: "nothing is uploaded; run `hallmark upload`") }
        let document = try CopyRequestDocument(
            items: uploaded.map {
                .init(ArtifactPath($0.reference.name, in: $0.reference.subdir), at: publication.channel, sha256: $0.reference.sha256)
            })
        guard text else { return terminal.output(document.yaml.trimmingSuffix("\n")) }
        let request = CopyRequestText(
            document: document, feedstock: state.opened?.name ?? "", pullRequest: state.requested?.pullRequest ?? "",
            reason: state.requested?.reason ?? "",
            logs: log, team: team)
        terminal.output("# \(request.title)\n\n\(request.markdown.trimmingSuffix("\n"))")
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: Character) -> String {
        var text = self
        while text.last == suffix { text.removeLast() }
        return text
    }
}
