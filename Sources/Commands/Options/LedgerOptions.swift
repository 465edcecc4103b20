import ArgumentParser
import Cryptography
import Files
import Foundation
import Ledger
import SystemPackage
import Workbench

/// The ledger and the key that signs its checkpoints, for those who keep it.
struct LedgerOptions: ParsableArguments {
    @Option(name: .long, help: .init("The ledger's folder (default: the workspace's, or HALLMARK_LEDGER).", valueName: "dir"))
    var ledger: String?

    @Option(
        name: .customLong("ledger-key"),
        help: .init("The ledger's private key (default: the workspace's, or HALLMARK_LEDGER_KEY).", valueName: "file"))
    var key: String?

    @Option(
        name: .customLong("ledger-passphrase-file"),
        help: .init("Read the ledger key's passphrase from the first line of this file.", valueName: "file"))
    var passphraseFile: String?

    /// The folder that was named anywhere, for those who only read.
    func folder(workspace: Workspace? = nil) -> FilePath? {
        (ledger ?? CommandContext.current["LEDGER"] ?? workspace?.settings.ledger).map { FilePath($0) }
    }

    func open(workspace: Workspace? = nil) throws -> (log: LogFolder, key: LogKey)? {
        guard let folder = folder(workspace: workspace) else { return nil }
        let key = try openKey(workspace: workspace)
        return (try Self.log(in: folder, key: key.publicKey), key)
    }

    func openKey(workspace: Workspace? = nil) throws -> LogKey {
        guard let name = key ?? CommandContext.current["LEDGER_KEY"] ?? workspace?.settings.ledgerKey else {
            throw WorkspaceError.missingSetting("the ledger's key", flag: "--ledger-key FILE")
        }
        let path = FilePath(name)
        guard !PassphraseOptions.isReadByOthers(path) else { throw KeyProblem.openToOthers(path) }
        var passphrase = PassphraseOptions()
        passphrase.descriptor = nil
        passphrase.file = passphraseFile ?? CommandContext.current["LEDGER_PASSPHRASE_FILE"]
        return try LogKey(pem: try path.contents(limit: 64 << 10), passphrase: try passphrase.read(question: "passphrase of \(name):"))
    }

    /// The log in a folder; its name is on the first line of its checkpoint, whose signature is then verified with `key`.
    static func log(in folder: FilePath, key: LogPublicKey) throws -> LogFolder {
        let checkpoint = folder.appending("checkpoint")
        guard checkpoint.exists else { throw WorkspaceError.notFound("a ledger", folder) }
        let origin = try checkpoint.text(limit: 1 << 20).prefix { $0 != "\n" }
        return LogFolder(path: folder, key: try NoteKey(name: String(origin), kind: .log, key: key))
    }
}
