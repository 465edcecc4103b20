import ArgumentParser
import Basics
import Conda
import Files
import Publishing
import Synchronization
import SystemPackage
import TerminalUI
import Transport
import Workbench

struct UploadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload", abstract: "Publish the signed artifacts with their evidence under the label of builds by hand.",
        discussion: """
            With a staging owner the bytes go there first; the server validates them and copies them. What is there with the same bytes is not sent again; other \
            bytes of the same name are an error. Tokens come from files or the environment, never from arguments.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var tokens: TokenOptions

    func run() async throws {
        let session = try workspace.session(for: "upload")
        var publication = try Publication(settings: try server.settings(workspace: session.workspace))
        try tokens.fill(&publication)
        let answers = try await ArtifactUploading(session: session, publication: publication).run { UploadScreen.show($0, $1) }
        terminal.clearProgress()
        for answer in answers {
            terminal.output(answer.url)
            terminal.note(
                "\(terminal.styled("published", .good)) \(answer.artifact.path) under `\(publication.channel.label)`, with \(Measure.count(answer.sidecars, "file")) of evidence"
                    + (answer.isNew ? "" : ", the bytes were there already"))
        }
        terminal.note("next: `hallmark retest`, and `hallmark review FILE` by another person")
    }
}

enum UploadScreen {
    static func show(_ name: ArtifactName, _ event: UploadEvent) {
        switch event {
        case .sending(let progress):
            let total = progress.totalToSend ?? 0
            let percent = total > 0 ? " \(progress.sent * 100 / total)%" : ""
            terminal.showProgress("\(name): \(Measure.bytes(progress.sent)) sent\(percent)")
        case .waiting(let duration, let reason): terminal.note("\(name): waiting \(duration.components.seconds) s, \(reason.printable)")
        case .looking: terminal.showProgress("\(name): looking what is there")
        case .staged, .sent, .committed, .verified: terminal.showProgress("\(name): \(event)")
        }
    }
}
