import ArgumentParser
import Basics
import Conda
import Cryptography
import Files
import Provenance
import SystemPackage
import TerminalUI
import Verification
import Workbench

struct ReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Verify an artifact and countersign exactly the evidence that you saw.",
        discussion: """
            Shows the verdict, the tests, the recipe against its commit (--feedstock), the differences to an older artifact (--previous), the end of the build \
            log and the statement that would be signed; asks, signs, and adds the signature beside the artifact. With a server and a token it is also put beside the \
            published file. The builder cannot review.
            """)

    @Argument(help: .init("The artifact; its evidence lies beside it.", valueName: "file")) var file: String
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var key: KeyOptions
    @OptionGroup var trust: TrustOptions
    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var tokens: TokenOptions
    @Option(name: .long, help: .init("A checkout of the feedstock at the signed commit, to compare the embedded recipe with.", valueName: "dir"))
    var feedstock: String?
    @Option(name: .long, help: .init("An older artifact of the package, to show what has changed since.", valueName: "file")) var previous: String?
    @OptionGroup var stamp: StampOptions
    @Flag(name: .long, help: "Refuse the artifact instead of accepting it.") var refuse = false
    @Option(name: .long, help: "A remark that is signed with the review.") var remarks: String?
    @Flag(name: .long, help: "Sign without asking.") var yes = false

    func run() async throws {
        let workspace = try workspace.optional()
        let path = FilePath(file)
        guard path.isRegularFile else { throw FileError.missing(path) }
        let trust = try trust.trust(workspace: workspace)
        let signer = try key.open()
        let review = ArtifactReview(
            Countersigning(artifact: path, trust: trust, signer: signer, ledger: try ledger.open(workspace: workspace)))
        let draft = try review.draft(accepting: !refuse, remarks: remarks)
        for line in VerdictScreen.lines(draft.verdict) { terminal.note(line) }
        let brief = try await ReviewBrief.make(
            draft, trust: trust, feedstock: feedstock.map { FilePath($0) }, previous: previous.map { FilePath($0) })
        for line in ReviewScreen.lines(brief, draft) { terminal.note(line) }
        terminal.note(
            "\(draft.person) would sign that \(draft.verdict.fileName) is \(refuse ? "refused" : "accepted"), having seen \(Measure.count(draft.verdict.reviewable.count, "statement"))"
        )
        if try !yes && !Prompt.confirm("sign this review?", flag: "--yes") { throw AnswerIsNo(sentence: "nothing was signed") }
        let envelope = try review.sign(draft)
        try await stamp.stamp(path, trust)
        terminal.output(envelope.digest.hexadecimal)
        terminal.note("\(terminal.styled("signed", .good)) the review of \(draft.verdict.fileName) by \(draft.person)")
        try await ReviewDelivery(
            path: path, workspace: workspace, trust: trust, draft: draft, envelope: envelope, accepted: !refuse, keyID: signer.publicKey.keyID
        )
        .deliver(server, tokens)
    }
}

/// Brings a signed review to where others will look for it.
private struct ReviewDelivery {
    let path: FilePath
    let workspace: Workspace?
    let trust: Trust
    let draft: ArtifactReview.Draft
    let envelope: Envelope
    let accepted: Bool
    let keyID: KeyID

    func deliver(_ server: ServerOptions, _ tokens: TokenOptions) async throws {
        let settings = try server.settings(workspace: workspace)
        if settings.server != nil, settings.owner != nil {
            var publication = try Publication(settings: settings)
            try tokens.fill(&publication)
            if publication.ownerToken != nil {
                try await EvidenceDelivery(publication: publication, trust: trust).deliver(beside: path)
                terminal.note("the review lies beside the file on \(publication.channel)")
            } else {
                terminal.note("the review lies beside the file here only; give `--token-file` to bring it to \(publication.channel)")
            }
        }
        guard let workspace, let sha256 = draft.verdict.sha256 else { return }
        try await WorkspaceSession(workspace, verb: "review")
            .recordReview(of: sha256, keyID: keyID, person: draft.person, accepted: accepted, envelope: envelope.digest)
    }
}
