import ArgumentParser
import Basics
import Cryptography
import Files
import Foundation
import SystemPackage
import TerminalUI

/// Where a passphrase comes from: the terminal, unless a descriptor or a file is named. Never an argument, never a variable.
struct PassphraseOptions: ParsableArguments {
    @Option(name: .customLong("passphrase-fd"), help: .init("Read the key's passphrase from this open file descriptor.", valueName: "n"))
    var descriptor: Int32?

    @Option(
        name: .customLong("passphrase-file"),
        help: .init("Read the key's passphrase from the first line of this file, which only you may read.", valueName: "file"))
    var file: String?

    func read(question: String, flag: String = "--passphrase-fd") throws -> Passphrase {
        if let descriptor { return try Passphrase(try Self.firstLine(of: FileDescriptor(rawValue: descriptor))) }
        if let file {
            let path = FilePath(file)
            guard !Self.isReadByOthers(path) else { throw KeyProblem.openToOthers(path) }
            let content = try path.contents(limit: 4096)
            return try Passphrase([UInt8](content.prefix { $0 != UInt8(ascii: "\n") }))
        }
        return try Passphrase(try Prompt.secret(question, flag: flag))
    }

    /// For a new key: at the terminal it is asked for twice.
    func readTwice(for file: String) throws -> Passphrase {
        let secret = try read(question: "passphrase for \(file):")
        guard descriptor == nil, self.file == nil else { return secret }
        guard secret.equals(try read(question: "once more:")) else { throw KeyProblem.passphrasesDiffer }
        return secret
    }

    static func isReadByOthers(_ path: FilePath) -> Bool {
        let permissions = (try? FileManager.default.attributesOfItem(atPath: path.string))?[.posixPermissions] as? Int
        return (permissions ?? 0) & 0o077 != 0
    }

    private static func firstLine(of descriptor: FileDescriptor) throws -> [UInt8] {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 4096, try withUnsafeMutableBytes(of: &byte, { try descriptor.read(into: $0) }) == 1, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        return line
    }
}

/// The key that signs: a file's, or one that an ssh-agent holds.
struct KeyOptions: ParsableArguments {
    @Option(
        name: .long,
        help: .init(
            "Your private key: a file, or `agent:NAME` for the ssh-agent's key of that comment or key id (default: HALLMARK_KEY).", valueName: "key"))
    var key: String?

    @OptionGroup var passphrase: PassphraseOptions

    /// Opens the key; the passphrase is asked for only when everything else is in order, and for an agent's key by the agent.
    func open() throws -> any Signer {
        guard let name = key ?? CommandContext.current["KEY"] else { throw KeyProblem.notNamed }
        if let key = try AgentName(name)?.find() { return key }
        let path = FilePath(name)
        guard !PassphraseOptions.isReadByOthers(path) else { throw KeyProblem.openToOthers(path) }
        let pem = try path.contents(limit: 64 << 10)
        return try SigningKey(pem: pem, passphrase: try passphrase.read(question: "passphrase of \(name):"))
    }
}

/// `agent:NAME`, where a key's file could stand.
struct AgentName {
    static let prefix = "agent:"
    let name: String

    init?(_ text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        name = String(text.dropFirst(Self.prefix.count))
    }

    func find() throws -> AgentKey {
        guard let socket = CommandContext.current.environment["SSH_AUTH_SOCK"], !socket.isEmpty else { throw KeyProblem.noAgent }
        return try AgentKey.find(named: name, at: FilePath(socket))
    }

    /// The public key that `text` names: a file in PEM, or an agent's key.
    static func publicKey(_ text: String) throws -> PublicKey {
        if let key = try AgentName(text)?.find() { return key.publicKey }
        return try PublicKey(pem: try FilePath(text).contents(limit: 64 << 10))
    }
}

enum KeyProblem: Explained {
    case notNamed
    case openToOthers(FilePath)
    case exists(FilePath)
    case passphrasesDiffer
    case noAgent
    case openSSHFormat(FilePath)

    var message: String {
        switch self {
        case .notNamed: "no key is named"
        case .openToOthers(let path): "`\(path)` can be read by others"
        case .exists(let path): "`\(path)` is there already, and a key is never written over"
        case .passphrasesDiffer: "the two passphrases are not the same"
        case .noAgent: "no ssh-agent is there: `SSH_AUTH_SOCK` is not set"
        case .openSSHFormat(let path): "`\(path)` is in OpenSSH's own format"
        }
    }
    var hint: String? {
        switch self {
        case .notNamed: "name yours with `--key FILE`, `--key agent:NAME` or HALLMARK_KEY; make one with `hallmark key new FILE`"
        case .openToOthers(let path): "close it with `chmod 600 \(path)`"
        case .exists, .passphrasesDiffer: nil
        case .noAgent: "start one with `eval $(ssh-agent)` and add the key with `ssh-add`"
        case .openSSHFormat(let path):
            "turn a copy of it into PKCS#8 with `ssh-keygen -p -m PKCS8 -f COPY`, or leave it where it is: `ssh-add \(path)` and `--key agent:COMMENT`"
        }
    }
}
