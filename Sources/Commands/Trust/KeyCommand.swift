import ArgumentParser
import Basics
import Cryptography
import Files
import Foundation
import SystemPackage
import TerminalUI

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make, bring in and show the keys that people sign with.",
        subcommands: [KeyNewCommand.self, KeyImportCommand.self, KeyShowCommand.self])
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
        let secret = try passphrase.readTwice(for: file)
        let new: NewKey
        if ledger {
            let key = try LogKey.generate()
            new = NewKey(key, pem: try key.encryptedPEM(passphrase: secret))
        } else {
            let key = try SigningKey.generate()
            new = NewKey(key, pem: try key.encryptedPEM(passphrase: secret))
        }
        try new.write(to: path, format)
    }
}

struct KeyImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring in a key that is there: lock it anew with your passphrase, and scrypt.",
        discussion: """
            SOURCE is a private key in PEM: PKCS#8 or the older EC form, locked or not, and only of a kind that hallmark takes. Writes what `key new` writes and \
            leaves SOURCE as it is. A key on a token or in an agent needs no import: it is named `agent:NAME` wherever a key is.
            """)

    @Argument(help: .init("The key that is there.", valueName: "source")) var source: String
    @Argument(help: .init("The file of the private key to be written.", valueName: "file")) var file: String
    @Flag(help: "It is a ledger's or a witness's Ed25519 key instead of a person's.") var ledger = false
    @Option(
        name: .customLong("source-passphrase-file"),
        help: .init("Read the passphrase of SOURCE from the first line of this file, which only you may read.", valueName: "file"))
    var sourcePassphrase: String?
    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var format: FormatOption

    func run() async throws {
        let (path, old) = (FilePath(file), FilePath(source))
        guard !path.exists else { throw KeyProblem.exists(path) }
        guard !PassphraseOptions.isReadByOthers(old) else { throw KeyProblem.openToOthers(old) }
        let pem = try old.contents(limit: 64 << 10)
        guard !String(decoding: pem, as: UTF8.self).contains("BEGIN OPENSSH PRIVATE KEY") else { throw KeyProblem.openSSHFormat(old) }
        let new: NewKey
        if ledger {
            let key = try opened { try LogKey(pem: pem, passphrase: $0) }
            new = NewKey(key, pem: try key.encryptedPEM(passphrase: try passphrase.readTwice(for: file)))
        } else {
            let key = try opened { try SigningKey(pem: pem, passphrase: $0) }
            new = NewKey(key, pem: try key.encryptedPEM(passphrase: try passphrase.readTwice(for: file)))
        }
        try new.write(to: path, format)
    }

    /// Tries without a passphrase first, so that nobody is asked for one that is not needed.
    private func opened<Key>(_ open: (Passphrase?) throws -> Key) throws -> Key {
        do { return try open(nil) } catch CryptographyError.passphraseNeeded {
            var options = PassphraseOptions()
            options.descriptor = nil
            options.file = sourcePassphrase
            return try open(try options.read(question: "passphrase of \(source):", flag: "--source-passphrase-file"))
        }
    }
}

/// A key about to be written: the locked private key, and beside it the public one.
private struct NewKey {
    let pem: String
    let publicPEM: String
    let id: String

    init(_ key: SigningKey, pem: String) {
        self.pem = pem
        publicPEM = key.publicKey.pem
        id = key.publicKey.keyID.description
    }

    init(_ key: LogKey, pem: String) {
        self.pem = pem
        publicPEM = key.publicKey.pem
        id = Base64.encode(SHA256Digest(of: key.publicKey.spki).bytes)
    }

    func write(to path: FilePath, _ format: FormatOption) throws {
        try path.removingLastComponent().absolute.createDirectory()
        try path.replaceContents(with: pem, permissions: .ownerReadWrite)
        let publicPath = FilePath(path.string + ".pub.pem")
        try publicPath.replaceContents(with: publicPEM)
        try format.show(KeyAnswer(id: id, publicKey: publicPath.string)) { [id] }
        terminal.note("the public key is in `\(publicPath)`; give that file to who writes the roster")
    }
}

struct KeyShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the id of a public key, as the roster and the envelopes name it.",
        discussion: """
            FILE is a public key, a private key with its FILE.pub.pem beside it (the private one is not opened), or `agent:NAME`. --pem prints the public key \
            itself, which is what the roster's keepers need of a key in an agent.
            """)

    @Argument(help: .init("The key: a file, or `agent:NAME`.", valueName: "key")) var file: String
    @Flag(help: "Print the public key in PEM instead of its id.") var pem = false
    @OptionGroup var format: FormatOption

    func run() async throws {
        let beside = FilePath(file + ".pub.pem").exists ? file + ".pub.pem" : file
        let key = try AgentName.publicKey(beside)
        if pem { return terminal.output(Data(key.pem.utf8)) }
        try format.show(KeyAnswer(id: key.keyID.description, publicKey: beside)) { [key.keyID.description] }
    }
}

private struct KeyAnswer: Encodable {
    let id: String
    let publicKey: String
}
