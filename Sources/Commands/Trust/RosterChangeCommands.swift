public import ArgumentParser
import Basics
import Cryptography
import Files
import Foundation
import Roster
import SystemPackage
import TerminalUI
import Workbench

/// Writes the next version of a roster with a change in it.
private func change(_ options: TrustOptions, key: KeyOptions, _ body: (inout RosterDocument) throws -> Void) throws {
    let trust = try options.trust()
    let chain = try trust.chain()
    var next = chain.newest.successor(issued: .now)
    try body(&next)
    guard let folder = trust.roster else { throw WorkspaceError.missingSetting("the roster", flag: "--roster DIR") }
    let isComplete = try RosterFolder(folder).append(next, to: chain, signers: [try key.open()])
    say(next, isComplete: isComplete, in: folder)
}

/// Says what became of a version once it is so.
///
/// Each version is issued a second after the one before at the earliest, so two changes in one second reach into the next: what is said to be in
/// force must be so for the command that comes next.
private func say(_ version: RosterDocument, isComplete: Bool, in folder: FilePath) {
    guard isComplete else {
        return terminal.note("roster \(version.version) waits for more signatures: `hallmark roster sign \(folder)`")
    }
    let seconds = version.issued.seconds - Timestamp.now.seconds
    if (1...5).contains(seconds) { Thread.sleep(until: version.issued.date) }
    terminal.note(
        "roster \(version.version) is in force" + (seconds > 5 ? " from \(version.issued) on" : "")
            + "; `hallmark log append` brings it into the ledger")
}

struct RosterGrantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant", abstract: "Let a person act in a role for certain packages: CFEP-3's enabling and designating.")

    @OptionGroup var trust: TrustOptions
    @Option(name: .long, help: "Who.") var person: String
    @Option(name: .customLong("public-key"), help: .init("The person's public key, if the roster does not have it yet.", valueName: "file"))
    var publicKey: String?
    @Option(name: .long, help: "Where the person works, for policies that want different organisations.") var organisation: String?
    @Option(name: .long, help: "builder, tester, reviewer or promoter; may be repeated.") var role: [Role]
    @Option(name: .long, help: "A package name, with * for any characters; may be repeated.") var package: [String]
    @Option(name: .long, help: "A subdir, with * for any characters; may be repeated.") var subdir: [String] = ["*"]
    @Option(name: .long, help: .init("When it ends, such as 2027-03-01T00:00:00Z.", valueName: "time")) var until: String?
    @Option(name: .long, help: .init("Where it was decided, such as the pull request.", valueName: "url")) var reference: String?
    @OptionGroup var key: KeyOptions

    func validate() throws {
        guard !role.isEmpty, !package.isEmpty else { throw ValidationError("name at least one --role and one --package") }
        if let until, Timestamp(parsing: until) == nil { throw ValidationError("`\(until)` is not a time like 2027-03-01T00:00:00Z") }
    }

    func run() async throws {
        try change(trust, key: key) { roster in
            let file = try publicKey.map { try AgentName.publicKey($0) }
            try roster.add(
                person, organisation.map { .init(organisation: $0) },
                key: file.map { RosterKey(person: person, key: $0, validFrom: roster.issued, validUntil: roster.expires) })
            for role in role {
                try roster.grant(
                    Grant(
                        person: person, role: role, packages: package, subdirs: subdir, until: until.flatMap { Timestamp(parsing: $0) },
                        reference: reference))
            }
        }
    }
}

struct RosterRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Take back a key, or a person's grants.",
        discussion: "`compromised` also counts against earlier signatures that nobody can date before the given time; `superseded` and `left` do not."
    )

    @OptionGroup var trust: TrustOptions
    @Option(name: .customLong("key-id"), help: "The key to revoke.") var keyID: String?
    @Option(name: .long, help: "compromised, superseded or left.") var reason: RosterKey.Revocation.Reason = .superseded
    @Option(name: .long, help: .init("From when on (default: now).", valueName: "time")) var at: String?
    @Option(name: .long, help: "The person whose grants are taken back.") var person: String?
    @OptionGroup var key: KeyOptions

    func validate() throws {
        guard (keyID == nil) != (person == nil) else { throw ValidationError("name either --key-id or --person") }
        if let at, Timestamp(parsing: at) == nil { throw ValidationError("`\(at)` is not a time like 2027-03-01T00:00:00Z") }
    }

    func run() async throws {
        try change(trust, key: key) { roster in
            if let keyID { try roster.revoke(try KeyID(parsing: keyID), at: at.flatMap { Timestamp(parsing: $0) } ?? .now, reason: reason) }
            if let person, roster.removeGrants(where: { $0.person == person }) == 0 {
                throw WorkspaceError.nothingTo("revoke", needs: "`\(person)` has no grant")
            }
        }
    }
}

struct RosterPolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Change what evidence the channel asks for: reviews, cells, the log, its witnesses, who tells the time.")

    @OptionGroup var trust: TrustOptions
    @OptionGroup var policy: RosterPolicyOptions
    @OptionGroup var key: KeyOptions

    func run() async throws { try change(trust, key: key) { try policy.apply(to: &$0) } }
}

struct RosterRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rotate", abstract: "Put a new key in the place of a person's old one.")

    @OptionGroup var trust: TrustOptions
    @Option(name: .customLong("key-id"), help: "The old key.") var keyID: String
    @Option(name: .customLong("public-key"), help: .init("The new public key.", valueName: "file")) var publicKey: String
    @OptionGroup var key: KeyOptions

    func run() async throws {
        try change(trust, key: key) { roster in
            let new = try AgentName.publicKey(publicKey)
            try roster.rotate(try KeyID(parsing: keyID), to: new, at: .now, validUntil: roster.expires)
        }
    }
}

struct RosterSignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "sign", abstract: "Add your signature to a roster that waits for more.")

    @Argument(help: .init("The rosters' folder.", valueName: "dir")) var folder: String
    @Option(name: .customLong("roster-pin"), help: .init("The digest of the first roster, unless it is the one that waits.", valueName: "sha256"))
    var pin: String?
    @OptionGroup var key: KeyOptions

    func run() async throws {
        let roster = RosterFolder(FilePath(folder))
        let waiting = try roster.pendingDocument()
        let chain = try pin.flatMap { SHA256Digest(parsing: $0) }.map { try roster.chain(pin: $0) }
        for line in RosterScreen.lines(waiting) { terminal.note(line) }
        let isComplete = try roster.signPending(after: chain, with: try key.open())
        say(waiting, isComplete: isComplete, in: roster.path)
    }
}

extension Role: ExpressibleByArgument {}
extension RosterKey.Revocation.Reason: ExpressibleByArgument {}
