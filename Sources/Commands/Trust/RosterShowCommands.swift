import ArgumentParser
import Basics
import Conda
import Cryptography
import Foundation
import JSONReading
import Ledger
import Roster
import SystemPackage
import TerminalUI
import Workbench

struct RosterShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show the newest roster, after its whole chain was verified.")

    @OptionGroup var trust: TrustOptions
    @OptionGroup var format: FormatOption

    func run() async throws {
        let chain = try trust.trust().chain()
        try format.show(try JSONValue(parsing: chain.newest.payload)) { RosterScreen.lines(chain.newest) }
    }
}

struct RosterCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say whether a key may act in a role for a package now; the answer no is exit code 1.")

    @OptionGroup var trust: TrustOptions
    @Option(name: .customLong("public-key"), help: .init("The key.", valueName: "file")) var publicKey: String
    @Option(name: .long, help: "builder, tester, reviewer or promoter.") var role: Role
    @Option(name: .long, help: "The package's name.") var package: String
    @Option(name: .long, help: "The subdir.") var subdir: String

    func run() async throws {
        let chain = try trust.trust().chain()
        let key = try PersonKey(argument: "key=" + publicKey)?.read()
        guard let key else { throw ValidationError("`\(publicKey)` is not a file's name") }
        let decision = chain.decision(
            key: key, role: role, package: package, subdir: try Subdir(parsing: subdir), at: .untrusted(now: .now, claim: nil))
        switch decision {
        case .granted(let authorisation):
            terminal.output("\(authorisation.person) is \(role.rawValue) of `\(package)` on \(subdir), by roster \(authorisation.version)")
        case .refused(let refusal): throw AnswerIsNo(sentence: "\(refusal.name.rawValue): \(refusal.detail)")
        }
    }
}

/// A roster as lines for the terminal.
enum RosterScreen {
    static func lines(_ roster: RosterDocument) -> [String] {
        var lines = [
            "channel   \(roster.channel)", "version   \(roster.version), issued \(roster.issued), holds until \(roster.expires)",
            "core      \(roster.core.threshold) of \(roster.core.people.joined(separator: ", "))",
            "policy    \(Measure.count(roster.policy.reviews, "review")) by other people than the builder",
        ]
        lines += roster.policy.cells.sorted { $0.key < $1.key }.map { "          \($0.key) must be \($0.value)" }
        lines += [
            "ledger    \(roster.logKey ?? "none")"
        ]
        if let policy = roster.logPolicy.flatMap({ try? LogPolicy(parsing: $0) }) {
            lines.append("witnesses \(policy.witnesses.map(\.name).joined(separator: ", ")); quorum \(policy.quorum ?? "none")")
        }
        for certificate in roster.timestampAuthorities {
            let known = try? AuthorityCertificate(der: certificate)
            lines.append("time      \(known.map { "\($0.subject.printable), until \($0.validUntil)" } ?? "a certificate that cannot be read")")
        }
        if roster.policy.requiresTrustedTime { lines.append("          every signature needs a time from a witness or an authority") }
        lines.append("")
        lines +=
            Table(
                ["person", "role", "packages", "subdirs", "until", "reference"],
                rows: roster.grants.map {
                    [
                        $0.person, $0.role.rawValue, $0.packages.joined(separator: " "), $0.subdirs.joined(separator: " "),
                        $0.until?.description ?? "",
                        $0.reference?.printable ?? "",
                    ]
                }
            ).lines
        lines.append("")
        lines +=
            Table(
                ["person", "key", "until", "revoked"],
                rows: roster.keys.map {
                    [$0.person, $0.key.keyID.description, $0.validUntil.description, $0.revoked.map { "\($0.reason.rawValue) at \($0.at)" } ?? ""]
                }
            ).lines
        return lines
    }
}
