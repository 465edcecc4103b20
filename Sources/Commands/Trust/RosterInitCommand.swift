import ArgumentParser
import Basics
import Cryptography
import Files
import Foundation
import Roster
import SystemPackage
import TerminalUI

struct RosterInitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write the first roster of a channel and print the digest that everybody pins.",
        discussion: "With a threshold above one it waits in `pending.json` until enough core people have run `hallmark roster sign`.")

    @Argument(help: .init("The rosters' folder.", valueName: "dir")) var folder: String
    @Option(name: .long, help: .init("The channel's address without a label.", valueName: "url")) var channel: String
    @Option(name: .long, help: .init("A core member and their public key; may be repeated.", valueName: "person=file")) var core: [PersonKey]
    @Option(name: .long, help: "How many core people must sign a roster.") var threshold = 1
    @Option(name: .long, help: "How many people other than the builder must review an artifact.") var reviews = 1
    @Option(
        name: .customLong("require-cell"),
        help: .init("A cell that every artifact must have run, with its outcome; may be repeated.", valueName: "cell=outcome"))
    var cells: [String] = []
    @Option(name: .customLong("log-key"), help: .init("The ledger's verifier key, as `hallmark log init` printed it.", valueName: "vkey")) var logKey:
        String?
    @Option(name: .customLong("valid-days"), help: "How long the roster holds, unless a newer one follows.") var validDays: Int64 = 365
    @OptionGroup var key: KeyOptions

    func validate() throws {
        guard !core.isEmpty else { throw ValidationError("name at least one core member with --core") }
        guard threshold >= 1, threshold <= Set(core.map(\.person)).count else {
            throw ValidationError("the threshold must be between 1 and the number of core people")
        }
    }

    func run() async throws {
        let now = Timestamp.now
        let until = now.adding(seconds: validDays * 86_400)
        var document = RosterDocument(
            channel: channel, issued: now, expires: until, people: [:], keys: [],
            core: .init(threshold: threshold, people: Array(Set(core.map(\.person))).sorted()),
            policy: RosterPolicy(reviews: reviews, cells: try required()), logKey: logKey)
        for member in core {
            try document.add(member.person, key: RosterKey(person: member.person, key: try member.read(), validFrom: now, validUntil: until))
        }
        let (pin, isComplete) = try RosterFolder(FilePath(folder)).create(document, signers: [try key.open()])
        terminal.output(pin.hexadecimal)
        terminal.note(
            isComplete
                ? "roster 1 is in force; pin it by this digest, from a place that nobody else can change"
                : "roster 1 waits for more signatures: `hallmark roster sign \(folder)`")
    }

    private func required() throws -> [String: String] {
        var required: [String: String] = [:]
        for text in cells {
            guard let index = text.firstIndex(of: "=") else { throw ValidationError("`\(text)` is not `cell=outcome`") }
            required[String(text[..<index])] = String(text[text.index(after: index)...])
        }
        return required
    }
}

/// `person=file`: a name and the file of their public key.
struct PersonKey: ExpressibleByArgument {
    let person: String
    let file: String

    init?(argument: String) {
        guard let index = argument.firstIndex(of: "=") else { return nil }
        person = String(argument[..<index])
        file = String(argument[argument.index(after: index)...])
    }

    func read() throws -> PublicKey { try PublicKey(pem: try FilePath(file).contents(limit: 64 << 10)) }
}
