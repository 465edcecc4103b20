import ArgumentParser
import Basics
import Cryptography
import Files
import Foundation
import Ledger
import SystemPackage
import TerminalUI
import Workbench

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "The ledger of all signatures: make, show and verify it.",
        subcommands: [LogInitCommand.self, LogShowCommand.self, LogVerifyCommand.self])
}

struct LogInitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Begin an empty ledger and print its verifier key, which goes into the roster.")

    @Argument(help: .init("The ledger's folder.", valueName: "dir")) var folder: String
    @Option(name: .long, help: .init("The ledger's name, such as example.org/manual-builds; it is on every checkpoint.", valueName: "name"))
    var origin: String
    @OptionGroup var ledger: LedgerOptions

    func run() async throws {
        let path = FilePath(folder)
        guard !path.appending("checkpoint").exists else { throw KeyProblem.exists(path.appending("checkpoint")) }
        let log = try LogFolder.create(at: path, origin: origin, key: try ledger.openKey())
        terminal.output(log.key.description)
    }
}

struct LogShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "List the ledger's entries: which key signed which digest.")

    @Argument(help: .init("The ledger's folder.", valueName: "dir")) var folder: String
    @Option(name: .customLong("verifier-key"), help: .init("The ledger's verifier key, `name+id+key`, as the roster holds it.", valueName: "vkey"))
    var key: String
    @OptionGroup var format: FormatOption

    struct Entry: Encodable {
        let index: Int
        let signedDigest: String
        let keyID: String
    }

    func run() async throws {
        let log = LogFolder(path: FilePath(folder), key: try NoteKey(parsing: key))
        let checkpoint = try log.checkpoint().checkpoint
        let entries = try log.entries().enumerated().map { index, bytes in
            let entry = try LedgerEntry(parsing: bytes)
            return Entry(index: index, signedDigest: entry.signedDigest.hexadecimal, keyID: entry.key.keyID.description)
        }
        terminal.note("\(checkpoint.origin), \(Measure.count(entries.count, "entry", plural: "entries")), root \(checkpoint.root)")
        try format.show(entries) { Table(["index", "signed", "key"], rows: entries.map { ["\($0.index)", $0.signedDigest, $0.keyID] }).lines }
    }
}

struct LogVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Recompute the whole tree and compare it with the signed checkpoint.")

    @Argument(help: .init("The ledger's folder.", valueName: "dir")) var folder: String
    @Option(name: .customLong("verifier-key"), help: .init("The ledger's verifier key, `name+id+key`, as the roster holds it.", valueName: "vkey"))
    var key: String

    func run() async throws {
        let log = LogFolder(path: FilePath(folder), key: try NoteKey(parsing: key))
        do {
            let checkpoint = try log.verify().checkpoint
            terminal.output("\(checkpoint.origin): \(Measure.count(Int(checkpoint.size), "entry", plural: "entries")), root \(checkpoint.root)")
        } catch {
            if case .file = error { throw error }
            throw AnswerIsNo(sentence: error.message)
        }
    }
}
