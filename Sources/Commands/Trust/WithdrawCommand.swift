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

struct WithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Say, as a core member, that an artifact is no longer to be used.",
        discussion: """
            Signs the withdrawal, puts it into the ledger and beside the artifact. Whoever verifies with the ledger at hand is told no from then on, whatever lies \
            beside their copy. It counts when as many core members have withdrawn as the roster asks.
            """)

    @Argument(help: .init("The artifact.", valueName: "file")) var file: String
    @Option(name: .long, help: "Why, for everybody to read.") var reason: String
    @Option(name: .customLong("superseded-by"), help: .init("The artifact that takes its place: a file or its SHA-256.", valueName: "artifact"))
    var successor: String?
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var key: KeyOptions
    @OptionGroup var trust: TrustOptions
    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var stamp: StampOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var tokens: TokenOptions

    func validate() throws {
        if reason.allSatisfy(\.isWhitespace) { throw ValidationError("the reason is empty") }
    }

    func run() async throws {
        let workspace = try workspace.optional()
        let path = FilePath(file)
        guard path.isRegularFile else { throw FileError.missing(path) }
        let trust = try trust.trust(workspace: workspace)
        let supersededBy = try successor.map { text in
            if let digest = SHA256Digest(parsing: text) { return digest }
            return try SHA256Digest(ofFile: FilePath(text))
        }
        let ledger = try ledger.open(workspace: workspace)
        let signer = try key.open()
        let answer = try ArtifactWithdrawal(Countersigning(artifact: path, trust: trust, signer: signer, ledger: ledger))
            .run(reason: reason, supersededBy: supersededBy)
        let standing = answer.standing
        try await stamp.stamp(path, trust)
        terminal.output(answer.envelope.digest.hexadecimal)
        terminal.note(
            standing.isInForce
                ? "\(terminal.styled("withdrawn", .bad)): \(file.printable), by \(standing.people.joined(separator: ", "))"
                : "\(answer.person) withdraws \(file.printable); it counts once \(standing.threshold) core members do (\(standing.people.joined(separator: ", ")) so far)"
        )
        if let workspace {
            try await WorkspaceSession(workspace, verb: "withdraw").recordWithdrawal(answer, reason: reason, keyID: signer.publicKey.keyID)
        }
        if ledger == nil { terminal.note("it is in no ledger: only who sees this envelope will hear of it; give `--ledger DIR`") }
        try await deliver(path, workspace, trust)
    }

    private func deliver(_ path: FilePath, _ workspace: Workspace?, _ trust: Trust) async throws {
        let settings = try server.settings(workspace: workspace)
        guard settings.server != nil, settings.owner != nil else { return }
        var publication = try Publication(settings: settings)
        try tokens.fill(&publication)
        guard publication.ownerToken != nil else { return }
        try await EvidenceDelivery(publication: publication, trust: trust).deliver(beside: path)
        terminal.note("the withdrawal lies beside the file on \(publication.channel)")
    }
}
