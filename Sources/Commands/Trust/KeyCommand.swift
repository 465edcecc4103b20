import ArgumentParser
import Basics
import Cryptography
import Files
import Foundation
import SystemPackage
import TerminalUI

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make and show the keys that people sign with.", subcommands: [KeyNewCommand.self, KeyShowCommand.self])
}

struct KeyNewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make a P-256 key, encrypted with your passphrase.",
        discussion: "Writes FILE (mode 0600, PKCS#8 with scrypt) and FILE.pub.pem, and prints the key's id. FILE is never written over.")

    @Argument(help: .init("The file of the private key.", valueName: "file")) var file: String
    @Flag(help: "Make an Ed25519 key for a ledger instead of a person's key.") var ledger = false
    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var format: FormatOption

    func run() async throws {
        let path = FilePath(file)
        guard !path.exists else { throw KeyProblem.exists(path) }
        let secret = try passphrase.read(question: "passphrase for \(file):")
        if passphrase.descriptor == nil, passphrase.file == nil {
            guard secret.equals(try passphrase.read(question: "once more:")) else { throw KeyProblem.passphrasesDiffer }
        }
        let (pem, publicPEM, id): (String, String, String)
        if ledger {
            let key = try LogKey.generate()
            (pem, publicPEM, id) = (
                try key.encryptedPEM(passphrase: secret), key.publicKey.pem, Base64.encode(SHA256Digest(of: key.publicKey.spki).bytes)
            )
        } else {
            let key = try SigningKey.generate()
            (pem, publicPEM, id) = (try key.encryptedPEM(passphrase: secret), key.publicKey.pem, key.publicKey.keyID.description)
        }
        try path.removingLastComponent().absolute.createDirectory()
        try path.replaceContents(with: pem, permissions: .ownerReadWrite)
        let publicPath = FilePath(file + ".pub.pem")
        try publicPath.replaceContents(with: publicPEM)
        try format.show(KeyAnswer(id: id, publicKey: publicPath.string)) { [id] }
        terminal.note("the public key is in `\(publicPath)`; give that file to who writes the roster")
    }
}

struct KeyShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the id of a public key, as the roster and the envelopes name it.",
        discussion: "FILE is a public key, or a private key with its FILE.pub.pem beside it: the private one is not opened.")

    @Argument(help: .init("The key's file.", valueName: "file")) var file: String
    @OptionGroup var format: FormatOption

    func run() async throws {
        let beside = FilePath(file + ".pub.pem")
        let path = beside.exists ? beside : FilePath(file)
        let key = try PublicKey(pem: try path.contents(limit: 64 << 10))
        try format.show(KeyAnswer(id: key.keyID.description, publicKey: path.string)) { [key.keyID.description] }
    }
}

private struct KeyAnswer: Encodable {
    let id: String
    let publicKey: String
}
