public import Basics
public import Conda
public import Foundation
public import Ledger
public import Provenance
public import SystemPackage

/// Verifies evidence against a pinned roster: offline, completely, and without believing any key that came with the evidence.
///
/// 1 pins · 2 artifact · 3 evidence files · 4 roster · 5 signatures · 6 statements · 7 time · 8 roles · 9 ledger · 10 witnesses ·
/// 11 builds, tests, reviews · 12 content · 13 withdrawal. Each step is a file in `Steps`; all run, and all failures are kept.
public struct Verifier: Sendable {
    /// The roster's versions as they came, first to last.
    public var roster: [Envelope]
    /// The digest of the roster's first version, from the verifier's own configuration.
    public var pin: SHA256Digest?
    /// The channel that the roster must be of, without a label.
    public var channel: String?
    /// The highest version of the roster that was seen before.
    public var rememberedRosterVersion = 0
    /// The newest checkpoint of the channel's log that was seen before; what the evidence shows must be of the same log.
    public var rememberedCheckpoint: SignedNote?
    /// The log itself, where it is at hand: checkpoints of different sizes can be compared only with it.
    public var log: LogFolder?
    /// Opens the artifact; without one the content is not checked, and nothing is accepted.
    public var inspect: (@Sendable (FilePath) throws -> ArtifactContent)?
    public var now: Timestamp

    public init(
        roster: [Envelope], pin: SHA256Digest?, channel: String? = nil, now: Timestamp = .now,
        inspect: (@Sendable (FilePath) throws -> ArtifactContent)?
    ) {
        self.roster = roster
        self.pin = pin
        self.channel = channel
        self.now = now
        self.inspect = inspect
    }

    /// Verifies; `target` is the channel that the artifact must have been signed for, label and all, where that matters.
    public func verify(_ evidence: Evidence, profile: VerificationProfile, target: Channel? = nil) -> Verdict {
        var run = VerificationRun(verifier: self, evidence: evidence, profile: profile, target: target)
        run.checkPins()
        run.checkArtifact()
        run.checkEvidence()
        run.checkRoster()
        run.checkSignatures()
        run.checkStatements()
        // Witnesses say when, and rights are judged as of then: so 9 and 10 go before 7 and 8.
        run.checkLedger()
        run.checkWitnesses()
        run.checkTime()
        run.checkRoles()
        run.checkRules()
        run.checkContent()
        run.checkWithdrawal()
        return run.verdict()
    }

    /// Verifies an artifact by an archive of evidence, `FILE.evidence`: with the pin that is all it takes, offline.
    ///
    /// The roster's versions are taken from the archive; the pin and both thresholds of every version say whether they are the channel's.
    public func verify(_ artifact: FilePath, archive: Data, profile: VerificationProfile, target: Channel? = nil) -> Verdict {
        var verifier = self
        var evidence = Evidence(artifact: artifact, fileName: artifact.lastComponent?.string ?? "")
        do throws(VerificationError) {
            let archive = try EvidenceArchive(parsing: archive)
            evidence = archive.evidence(for: artifact)
            verifier.roster = archive.roster
            if archive.fileName != evidence.fileName { evidence.problems.append("the evidence is about `\(archive.fileName)`") }
            evidence.claimedSHA256 = archive.sha256
        } catch { evidence.problems.append(error.message) }
        return verifier.verify(evidence, profile: profile, target: target)
    }
}
