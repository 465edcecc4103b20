import ArgumentParser
import Basics
import ChannelServer
import Files
import SystemPackage

/// Who may vouch for a file that gets a protected label.
struct ChannelRosterOptions: ParsableArguments {
    @Option(name: .long, help: .init("The folder that holds the chain of rosters.", valueName: "dir")) var roster: String?
    @Option(name: .long, help: .init("The SHA-256 of the first roster, learned from somewhere else.", valueName: "sha256")) var rosterPin: String?

    @Option(
        name: .long,
        help: .init("The ledger's folder, to hear withdrawals by; when it cannot be read, nothing gets a protected label.", valueName: "dir"))
    var ledger: String?

    func validate() throws {
        guard ledger == nil || roster != nil else { throw ValidationError("--ledger needs --roster, which names its key") }
        guard (roster == nil) == (rosterPin == nil) else { throw ValidationError("--roster and --roster-pin go together") }
    }

    /// Without a roster the gate stays closed.
    func gate() throws -> any PromotionGate {
        guard let roster, let rosterPin else { return ClosedGate() }
        guard let pin = SHA256Digest(parsing: rosterPin) else { throw ValidationError("`\(rosterPin)` is not a SHA-256") }
        return try VerificationGate(roster: FilePath(roster).absolute, pin: pin, ledger: ledger.map { FilePath($0).absolute })
    }
}
