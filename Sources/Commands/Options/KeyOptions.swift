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

    func read(question: String) throws -> Passphrase {
        if let descriptor { return try Passphrase(try Self.firstLine(of: FileDescriptor(rawValue: descriptor))) }
        if let file {
            let path = FilePath(file)
            guard !Self.isReadByOthers(path) else { throw KeyProblem.openToOthers(path) }
            let content = try path.contents(limit: 4096)
            return try Passphrase([UInt8](content.prefix { $0 != UInt8(ascii: "\n") }))
        }
        return try Passphrase(try Prompt.secret(question, flag: "--passphrase-fd"))
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

/// The key that signs.
struct KeyOptions: ParsableArguments {
    @Option(name: .long, help: .init("Your private key (default: HALLMARK_KEY).", valueName: "file"))
    var key: String?

    @OptionGroup var passphrase: PassphraseOptions

    /// Opens the key; the passphrase is asked for only when everything else is in order.
    func open() throws -> SigningKey {
        guard let name = key ?? CommandContext.current["KEY"] else { throw KeyProblem.notNamed }
        let path = FilePath(name)
        guard !PassphraseOptions.isReadByOthers(path) else { throw KeyProblem.openToOthers(path) }
        let pem = try path.contents(limit: 64 << 10)
        return try SigningKey(pem: pem, passphrase: try passphrase.read(question: "passphrase of \(name):"))
    }
}

enum KeyProblem: Explained {
    case notNamed
    case openToOthers(FilePath)
    case exists(FilePath)
    case passphrasesDiffer

    var message: String {
        switch self {
        case .notNamed: "no key is named"
        case .openToOthers(let path): "`\(path)` can be read by others"
        case .exists(let path): "`\(path)` is there already, and a key is never written over"
        case .passphrasesDiffer: "the two passphrases are not the same"
        }
    }
    var hint: String? {
        switch self {
        case .notNamed: "name yours with `--key FILE` or HALLMARK_KEY; make one with `hallmark key new FILE`"
        case .openToOthers(let path): "close it with `chmod 600 \(path)`"
        case .exists, .passphrasesDiffer: nil
        }
    }
}
