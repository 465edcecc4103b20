import ArgumentParser
import Basics
import Cryptography
import Files
import Provenance
import Roster
import SystemPackage
import TerminalUI
import Workbench

struct SignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Write the audit record and sign the statements about what was built and tested.",
        discussion: """
            Signs only what passed its matrix. Beside each artifact it leaves FILE.audit.json, FILE.intoto.jsonl, FILE.sig and, with a ledger, FILE.proofs.jsonl. \
            The key's passphrase is asked for at the terminal.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var key: KeyOptions
    @OptionGroup var trust: TrustOptions
    @OptionGroup var ledger: LedgerOptions

    func run() async throws {
        let session = try workspace.session(for: "sign")
        let signer = try key.open()
        let chain = try trust.trust(workspace: session.workspace).chain()
        guard let person = chain.person(of: signer.publicKey) else {
            throw WorkspaceError.refused("the signature", reasons: ["the roster does not know the key \(signer.publicKey.keyID)"])
        }
        let answers = try await ArtifactSigning(
            session: session, signer: signer, person: person, ledger: try ledger.open(workspace: session.workspace), version: Version.text
        ).run { terminal.showProgress($0) }
        terminal.clearProgress()
        for answer in answers {
            terminal.output("\(answer.file)")
            terminal.note(
                "\(terminal.styled("signed", .good)) by \(person), \(Measure.count(answer.envelopes.count, "statement"))\(answer.isNew ? "" : ", done before")"
            )
        }
        terminal.note("next: `hallmark verify FILE`, then `hallmark upload`")
    }
}
