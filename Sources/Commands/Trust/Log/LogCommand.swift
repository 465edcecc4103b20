import ArgumentParser
import Basics
import Cryptography
import Files
import Foundation
import Ledger
import Roster
import SystemPackage
import TerminalUI
import Workbench

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "The ledger of all signatures: keep it, look into it, verify it, witness it.",
        subcommands: [
            LogInitCommand.self, LogAppendCommand.self, LogShowCommand.self, LogVerifyCommand.self, LogProveCommand.self, LogWitnessCommand.self,
            LogCosignCommand.self,
        ])
}

/// The key that a ledger's checkpoints are verified with.
struct VerifierKeyOption: ParsableArguments {
    @Option(
        name: .customLong("verifier-key"),
        help: .init("The ledger's verifier key, `name+id+key` (default: the one in the roster).", valueName: "vkey"))
    var key: String?

    func log(in folder: String, _ trust: @autoclosure () throws -> Trust?) throws -> LogFolder {
        LogFolder(path: FilePath(folder), key: try noteKey(trust()))
    }

    /// The ledger in a folder or behind an address, with all that is in it.
    func whole(_ place: String, _ trust: Trust?) async throws -> LogFolder { try await LedgerPlace(place).whole(try noteKey(trust)) }

    private func noteKey(_ trust: @autoclosure () throws -> Trust?) throws -> NoteKey {
        if let key { return try NoteKey(parsing: key) }
        guard let trust = try trust() else { throw WorkspaceError.missingSetting("the ledger's verifier key", flag: "--verifier-key VKEY") }
        guard let key = try trust.chain().newest.logKey else {
            throw WorkspaceError.nothingTo("verify the ledger with", needs: "the roster names no log")
        }
        return try NoteKey(parsing: key)
    }
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

struct LogAppendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append", abstract: "Take what others have signed into the ledger, and write the proofs beside it.",
        discussion: """
            For the ledger's keeper. Takes the envelopes beside each artifact, if all of them are signed by keys of the roster and are about these bytes, and the \
            roster's own versions before them. What is there already keeps its place, so it can be repeated after a kill. Several may append at once.
            """)

    @Argument(help: .init("The ledger's folder.", valueName: "dir")) var folder: String
    @Argument(help: .init("The artifacts; without any, the roster's versions alone.", valueName: "file")) var files: [String] = []
    @OptionGroup var trust: TrustOptions
    @OptionGroup var ledger: LedgerOptions

    func run() async throws {
        let trust = try trust.trust()
        let key = try ledger.openKey()
        let log = try LedgerOptions.log(in: FilePath(folder), key: key.publicKey)
        let admission = LedgerAdmission(trust: trust, log: log)
        if files.isEmpty { terminal.note("the ledger has \(Measure.count(Int(try admission.admitRosters(key: key)), "entry", plural: "entries"))") }
        for file in files {
            let path = FilePath(file)
            guard path.isRegularFile else { throw FileError.missing(path) }
            let (indices, size) = try admission.admit(path, key: key)
            terminal.output("\(file.printable)\t" + indices.map { "\($0)" }.joined(separator: ","))
            terminal.note("the ledger has \(Measure.count(Int(size), "entry", plural: "entries"))")
        }
    }
}

struct LogShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "List the ledger's entries: who signed what.")

    @Argument(help: .init("The ledger's folder or address.", valueName: "dir|url")) var folder: String
    @OptionGroup var key: VerifierKeyOption
    @OptionGroup var trust: TrustOptions
    @OptionGroup var format: FormatOption

    func run() async throws {
        let trust = try trust.trustIfNamed()
        let audit = try LedgerAudit(try await key.whole(folder, trust), chain: try trust?.chain(), rosters: [])
        let checkpoint = audit.checkpoint
        terminal.note("\(checkpoint.origin), \(Measure.count(audit.entries.count, "entry", plural: "entries")), root \(checkpoint.root)")
        try format.show(audit.entries) {
            Table(
                ["index", "signed", "by", "what"],
                rows: audit.entries.map {
                    ["\($0.index)", String($0.signedDigest.prefix(12)), $0.person ?? $0.keyID, $0.what?.printable ?? "withheld"]
                }
            ).lines
        }
    }
}

struct LogVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Recompute the whole tree and compare it with the signed checkpoint, and with the one that was seen last.",
        discussion: """
            With a roster also: every entry is by a key of it, the document behind each entry is there, and every version of the roster is in the ledger. Exit code 1 \
            for a ledger that is not in order; one that has gone back or shows another face is printed with both notes, which prove its fault to anybody. A ledger behind \
            HTTP is copied into the cache, and the copy is verified.
            """)

    @Argument(help: .init("The ledger's folder or address.", valueName: "dir|url")) var folder: String
    @OptionGroup var key: VerifierKeyOption
    @OptionGroup var trust: TrustOptions

    func run() async throws {
        let trust = try trust.trustIfNamed()
        do {
            let log = try await key.whole(folder, trust)
            let checkpoint = try log.verify().checkpoint
            try trust?.remember(log)
            let audit = try trust.map { try LedgerAudit(log, chain: try $0.chain(), rosters: try $0.envelopes()) }
            terminal.output("\(checkpoint.origin): \(Measure.count(Int(checkpoint.size), "entry", plural: "entries")), root \(checkpoint.root)")
            for problem in audit?.problems ?? [] { terminal.output(problem.printable) }
            guard audit?.problems.isEmpty ?? true else { throw AnswerIsNo(sentence: "the ledger is whole, but not in order") }
        } catch let error as LedgerError {
            if case .file = error { throw error }
            throw AnswerIsNo(sentence: error.message)
        }
    }
}

struct LogProveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove", abstract: "Write the proofs of artifacts anew, with the newest checkpoint and its witnesses, or print one entry's.",
        discussion: "Run it after witnesses have signed, so that the evidence carries their signatures and their time.")

    @Argument(help: .init("The ledger's folder.", valueName: "dir")) var folder: String
    @Argument(help: .init("The artifacts whose proofs are written anew.", valueName: "file")) var files: [String] = []
    @Option(name: .long, help: .init("Print the proof of this entry, in C2SP's tlog-proof form.", valueName: "n")) var index: UInt64?
    @OptionGroup var key: VerifierKeyOption
    @OptionGroup var trust: TrustOptions

    func validate() throws {
        if files.isEmpty, index == nil { throw ValidationError("name artifacts, or an entry with --index") }
    }

    func run() async throws {
        let trust = try trust.trustIfNamed()
        let log = try key.log(in: folder, trust)
        if let index { terminal.output(Data(try log.prove(index: index).text.utf8)) }
        guard !files.isEmpty else { return }
        guard let trust else { throw WorkspaceError.missingSetting("the roster", flag: "--roster DIR") }
        for file in files {
            let (count, size) = try LedgerAdmission(trust: trust, log: log).prove(FilePath(file))
            terminal.note("\(terminal.styled("proven", .good)) \(file.printable): \(Measure.count(count, "statement")) in a ledger of \(size)")
        }
    }
}
