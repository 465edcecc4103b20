public import Basics
import Conda
import Cryptography
import Files
import Ledger
import Packaging
import Provenance
import Roster
public import SystemPackage
import Verification

/// The real gate: the evidence must satisfy the pinned roster's policy for a release, a second person's review included.
///
/// The roster must be of the owner's channel, and somebody who may must have signed that the file is meant for the label:
/// evidence for one channel is none for another. The rosters are read anew for every verdict, so a revocation counts at once. Once a roster version was seen, an older
/// chain is refused for as long as the server runs. Where a ledger is named its withdrawals are heard too, whatever evidence was sent, and a
/// ledger that cannot be read whole, or that has gone back, lets nothing pass.
public struct VerificationGate: PromotionGate {
    private let folder: RosterFolder
    private let pin: SHA256Digest
    private let ledger: FilePath?
    private let remembered = RememberedVersion()
    private let rememberedHead = RememberedHead()

    /// `folder` holds the chain of rosters; `pin` is the digest of the first, learned from somewhere else. `ledger` is the log's folder, or a copy
    /// that somebody keeps up to date.
    ///
    /// Throws when the chain does not verify now, or the ledger is not the roster's, so that a server is not begun with a gate that can only refuse.
    public init(roster folder: FilePath, pin: SHA256Digest, ledger: FilePath? = nil) throws {
        self.folder = RosterFolder(folder)
        self.pin = pin
        self.ledger = ledger
        let chain = try self.folder.chain(pin: pin)
        remembered.raise(to: chain.newest.version)
        if let head = try log(chain)?.checkpoint() { rememberedHead.raise(to: head) }
    }

    /// The ledger by the key that the roster names; nil only where no ledger was named.
    private func log(_ chain: RosterChain) throws -> LogFolder? {
        guard let ledger else { return nil }
        guard let key = chain.newest.logKey else { throw ChannelServerError.rosterNamesNoLog(ledger) }
        return LogFolder(path: ledger, key: try NoteKey(parsing: key))
    }

    public var demandsEvidence: Bool { true }

    public func verdict(on request: PromotionRequest) async -> PromotionVerdict {
        do { return try await Blocking.run { try judge(request) } } catch {
            let reason = (error as? any Explained)?.message ?? "\(type(of: error))"
            return .refused([PromotionFailure(name: "could-not-verify", detail: reason)])
        }
    }

    private func judge(_ request: PromotionRequest) throws -> PromotionVerdict {
        let owned = try Channel(server: request.server, owner: request.owner.name, label: .main)
        let target = try Channel(server: request.server, owner: request.owner.name, label: request.label)
        let rosters = try folder.envelopes()
        var verifier = Verifier(roster: rosters, pin: pin, channel: owned.url, inspect: Self.content)
        verifier.rememberedRosterVersion = remembered.version
        var evidence = try Evidence.collect(for: request.path, subdir: request.subdir)
        var head: VerifiedCheckpoint?
        // What is wrong with the roster, the verdict says by its name; it refuses in any case.
        if ledger != nil, let chain = try? RosterChain(rosters, pin: pin, now: verifier.now), let log = try log(chain) {
            verifier.log = log
            verifier.rememberedCheckpoint = rememberedHead.note
            head = try log.checkpoint()
            evidence = evidence.adding(try WithdrawalSearch(log: log, chain: chain).findings(about: request.sha256))
        }
        let verdict = verifier.verify(evidence, profile: .release, target: target)
        if let version = verdict.rosterVersion { remembered.raise(to: version) }
        if let head, verdict[.witnesses]?.failures.isEmpty ?? false { rememberedHead.raise(to: head) }
        guard verdict.accepted, verdict.failures.isEmpty, verdict.sha256 == request.sha256 else {
            let failures = verdict.failures.map { PromotionFailure(name: $0.name, detail: $0.detail) }
            return .refused(failures.isEmpty ? Self.unexplained(verdict) : failures)
        }
        return .accepted
    }

    /// Steps that could not be checked refuse without a failure of their own.
    private static func unexplained(_ verdict: Verdict) -> [PromotionFailure] {
        let steps = verdict.steps.filter { $0.outcome == .notChecked }
        guard !steps.isEmpty else { return [PromotionFailure(name: "not-accepted", detail: "the evidence does not carry a release")] }
        return steps.map { PromotionFailure(name: "not-checked", detail: "\($0.title): " + $0.facts.joined(separator: "; ")) }
    }

    /// What the artifact itself says, for the verifier to compare with what was signed.
    private static func content(of path: FilePath) throws -> ArtifactContent {
        let artifact = try Artifact.open(path)
        let inspection = try artifact.inspect()
        return ArtifactContent(
            subdir: try inspection.index.subdir.map { try Subdir(parsing: $0) }, recipeSHA256: inspection.recipeDigest,
            payloadSHA256: inspection.innerMembers.first { $0.name.hasPrefix("pkg-") }?.digests.sha256,
            problems: try artifact.check().map(\.description))
    }
}
