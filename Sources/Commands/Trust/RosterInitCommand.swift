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
    @OptionGroup var policy: RosterPolicyOptions
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
            policy: RosterPolicy())
        try policy.apply(to: &document)
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
}

/// `person=key`: a name and the file of their public key, or `agent:NAME`.
struct PersonKey: ExpressibleByArgument {
    let person: String
    let file: String

    init?(argument: String) {
        guard let index = argument.firstIndex(of: "=") else { return nil }
        person = String(argument[..<index])
        file = String(argument[argument.index(after: index)...])
    }

    func read() throws -> PublicKey { try AgentName.publicKey(file) }
}
