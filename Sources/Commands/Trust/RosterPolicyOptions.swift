import ArgumentParser
import Basics
import Cryptography
import Files
import Foundation
import Ledger
import Roster
import SystemPackage

/// What a channel asks of evidence; what is not given stays as it is.
struct RosterPolicyOptions: ParsableArguments {
    @Option(name: .long, help: "How many people other than the builder must review an artifact (1 in a new roster).") var reviews: Int?
    @Option(
        name: .customLong("require-cell"),
        help: .init("A cell that every artifact must have run, with its outcome; may be repeated.", valueName: "cell=outcome"))
    var cells: [String] = []
    @Option(name: .customLong("log-key"), help: .init("The ledger's verifier key, as `hallmark log init` printed it.", valueName: "vkey"))
    var logKey: String?
    @Option(
        name: .customLong("log-policy"),
        help: .init("The ledger's witnesses and quorum: a file in C2SP's tlog-policy form.", valueName: "file"))
    var logPolicy: String?
    @Option(
        name: .customLong("timestamp-certificate"),
        help: .init("The certificate (PEM) of an authority whose time stamps count, or of a root above it; may be repeated.", valueName: "file"))
    var certificates: [String] = []
    @Option(
        name: .customLong("trusted-time"),
        help: .init("Whether every signature needs a time from a witness or an authority: yes or no.", valueName: "yes|no"))
    var trustedTime: Answer?
    @Option(name: .customLong("checkpoint-age"), help: .init("The age that the ledger's checkpoint may have, in seconds.", valueName: "seconds"))
    var checkpointAge: Int64?

    enum Answer: String, ExpressibleByArgument { case yes, no }

    func validate() throws {
        if let reviews, reviews < 0 { throw ValidationError("the number of reviews is below zero") }
        if let checkpointAge, checkpointAge <= 0 { throw ValidationError("the age of a checkpoint must be above zero") }
        for text in cells where !text.contains("=") { throw ValidationError("`\(text)` is not `cell=outcome`") }
    }

    /// Everything is read before it is signed: a policy that nobody can read would refuse every artifact.
    func apply(to roster: inout RosterDocument) throws {
        if let reviews { roster.policy.reviews = reviews }
        for text in cells {
            guard let index = text.firstIndex(of: "=") else { continue }
            roster.policy.cells[String(text[..<index])] = String(text[text.index(after: index)...])
        }
        if let logKey { roster.logKey = try NoteKey(parsing: logKey).description }
        if let logPolicy {
            let text = try FilePath(logPolicy).text(limit: 1 << 20)
            let policy = try LogPolicy(parsing: text)
            guard policy.logs.isEmpty || policy.logs.map(\.description) == [roster.logKey] else {
                throw LedgerError.policyMalformed("it is of another log than the roster's")
            }
            roster.logPolicy = text
        }
        for file in certificates {
            let certificate = try AuthorityCertificate(pem: try FilePath(file).contents(limit: 1 << 20))
            if !roster.timestampAuthorities.contains(certificate.der) { roster.timestampAuthorities.append(certificate.der) }
        }
        if let trustedTime { roster.policy.requiresTrustedTime = trustedTime == .yes }
        if let checkpointAge { roster.policy.maximumCheckpointAge = checkpointAge }
    }
}
