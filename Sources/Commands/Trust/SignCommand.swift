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
            Signs only what passed its matrix. Beside each artifact it leaves FILE.audit.json, FILE.intoto.jsonl, FILE.sig, with a ledger FILE.proofs.jsonl, and all of it in FILE.evidence. \
            The key's passphrase is asked for at the terminal.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var key: KeyOptions
    @OptionGroup var trust: TrustOptions
    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var stamp: StampOptions

    func run() async throws {
        let session = try workspace.session(for: "sign")
        let signer = try key.open()
        let trust = try trust.trust(workspace: session.workspace)
        let chain = try trust.chain()
        guard let person = chain.person(of: signer.publicKey) else {
            throw WorkspaceError.refused("the signature", reasons: ["the roster does not know the key \(signer.publicKey.keyID)"])
        }
        let answers = try await ArtifactSigning(
            session: session, signer: signer, person: person,
            keeping: EvidenceKeeping(trust: trust, ledger: try ledger.open(workspace: session.workspace)), version: Version.text
        ).run { terminal.showProgress($0) }
        terminal.clearProgress()
        for answer in answers {
            try await stamp.stamp(answer.file, trust)
            terminal.output("\(answer.file)")
            terminal.note(
                "\(terminal.styled("signed", .good)) by \(person), \(Measure.count(answer.envelopes.count, "statement"))\(answer.isNew ? "" : ", done before")"
            )
        }
        terminal.note("next: `hallmark verify FILE`, then `hallmark upload`")
    }
}
