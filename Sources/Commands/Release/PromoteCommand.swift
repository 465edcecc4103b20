import ArgumentParser
import Basics
import Conda
import Cryptography
import Files
import Packaging
import Publishing
import SystemPackage
import TerminalUI
import Transport
import Workbench

struct PromoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote", abstract: "Move an artifact from its label to the one that everybody installs from.",
        discussion: """
            Signs that the artifact is meant for the label, adds the label, looks that it is there with the same bytes, and only then removes the old one. The server \
            decides: without accepted evidence and another person's review it refuses, and says why. A ledger that is named is asked first whether the core has withdrawn \
            the artifact. Broken off anywhere, the same command goes on.
            """)

    @Argument(help: .init("The artifact; its evidence lies beside it.", valueName: "file")) var file: String
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var tokens: TokenOptions
    @Option(name: .long, help: "The label to move to.") var to = "main"
    @OptionGroup var key: KeyOptions
    @OptionGroup var trust: TrustOptions
    @OptionGroup var ledger: LedgerOptions

    func run() async throws {
        let workspace = try workspace.optional()
        let path = FilePath(file)
        let index = try Artifact.open(path).info().index()
        var publication = try Publication(settings: try server.settings(workspace: workspace))
        try tokens.fill(&publication)
        let isSigning = key.key != nil || CommandContext.current["KEY"] != nil
        let label = try Label(parsing: to)
        let keeping = EvidenceKeeping(
            trust: try trust.trustIfNamed(workspace: workspace), ledger: isSigning ? try ledger.open(workspace: workspace) : nil)
        let move: LabelMove
        do {
            move = try await ArtifactPromotion(
                artifact: path, subdir: try Subdir(parsing: index.subdir ?? "noarch"), publication: publication, label: label,
                signer: isSigning ? try key.open() : nil, keeping: keeping, ledger: ledger.folder(workspace: workspace)
            ).run()
        } catch let error as WorkspaceError {
            guard case .refused = error else { throw error }
            throw AnswerIsNo(sentence: error.message)
        } catch PublishingError.refused(let refusal) where refusal.status == 403 {
            terminal.note("\(terminal.styled("refused", .bad)) by \(refusal.server):")
            for reason in refusal.reasons { terminal.note("  \(reason.description.printable)") }
            throw AnswerIsNo(sentence: "`\(path.lastComponent?.string ?? file)` stays on `\(publication.channel.label)`")
        }
        terminal.output("\(publication.channel.owner) \(move.file.labels.map(\.name).joined(separator: ","))")
        terminal.note(
            "\(terminal.styled("promoted", .good)) \(path.lastComponent?.string ?? file) to `\(label)`\(move.didAdd ? "" : ", done before")")
        if let workspace {
            try await WorkspaceSession(workspace, verb: "promote").recordPromotion(
                of: try SHA256Digest(ofFile: path), from: publication.channel.label.name, to: label.name)
        }
    }
}
