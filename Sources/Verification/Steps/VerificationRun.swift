import Basics
import Conda
import Ledger
import Provenance
import Roster

/// One verification under way: what the steps so far have established, for those that follow.
struct VerificationRun {
    let verifier: Verifier
    let evidence: Evidence
    let profile: VerificationProfile
    let target: Channel?

    var steps: [VerificationStep] = []
    var name: ArtifactName?
    var sha256: SHA256Digest?
    var envelopes: [Envelope] = []
    var proofs = ProofFile()
    var chain: RosterChain?
    var content: ArtifactContent?
    /// Why the artifact could not be opened.
    var contentProblem: String?
    var claims: [Claim] = []
    var accepted: Accepted?
    var areReviewsComplete = false

    init(verifier: Verifier, evidence: Evidence, profile: VerificationProfile, target: Channel?) {
        self.verifier = verifier
        self.evidence = evidence
        self.profile = profile
        self.target = target
    }

    /// A statement whose signature is good, and what has been found out about it since.
    struct Claim {
        /// The statement, as the envelope that counts has it.
        var verified: VerifiedStatement
        /// The same statement of the same signer in all its envelopes. Whoever has one can write it in other ways, each with a digest of its own.
        var spellings: [VerifiedStatement]
        /// The steps that the claim has failed; only a claim without a fault counts.
        var isFaulty = false
        var time: SigningTime
        var person: String?
        /// The role that the person signed in.
        var role: Role?
        /// The log's heads that the claim's proofs lead to.
        var checkpoints: [VerifiedCheckpoint] = []
        /// When witnesses had seen one of them.
        var witnessTime: Timestamp?

        init(_ verified: VerifiedStatement, time: SigningTime) {
            self.verified = verified
            spellings = [verified]
            self.time = time
        }

        var envelopes: Set<SHA256Digest> { Set(spellings.map(\.envelope)) }
        func isAbout(_ sha256: SHA256Digest) -> Bool { verified.statement.subjects.contains { $0.sha256 == sha256 } }
        var predicate: StatementPredicate { verified.statement.predicate }
        /// How the verdict calls it.
        var title: String { "\(predicate.title) (envelope \(verified.envelope.hexadecimal.prefix(12)))" }
    }

    /// The claims that count, by what they are.
    struct Accepted {
        var builds: [(claim: Claim, predicate: BuildProvenance)] = []
        var tests: [(claim: Claim, predicate: TestResult)] = []
        var reviews: [(claim: Claim, predicate: VerificationSummary)] = []
        var publications: [(claim: Claim, predicate: PublishAttestation)] = []
        var reviewers: [String] = []

        /// What a review has to have seen.
        var reviewable: [Claim] { builds.map(\.claim) + tests.map(\.claim) }
        var builders: [String] { Set(builds.filter { $0.predicate.step == .build }.compactMap(\.claim.person)).sorted() }
    }

    /// The platform's folder that the artifact belongs to: the caller's word, else the artifact's own, else the builder's.
    var subdir: Subdir? {
        if let subdir = evidence.subdir ?? content?.subdir { return subdir }
        for claim in claims where !claim.isFaulty {
            if case .build(let build) = claim.predicate { return build.parameters.subdir }
        }
        return nil
    }

    mutating func finish(_ step: VerificationStep) { steps.append(step) }

    func verdict() -> Verdict {
        let isSound = steps.allSatisfy { $0.outcome == .passed || $0.outcome == .notRequired }
        let reviewable = (accepted?.reviewable ?? []).map(\.verified.envelope)
        return Verdict(
            fileName: evidence.fileName, sha256: sha256, profile: profile,
            stage: !isSound ? .refused : areReviewsComplete ? .reviewed : .awaitingReview,
            steps: steps.sorted { $0.number.rawValue < $1.number.rawValue }, builders: accepted?.builders ?? [],
            reviewers: accepted?.reviewers ?? [], reviewable: reviewable.sorted { $0.hexadecimal < $1.hexadecimal },
            rosterVersion: chain?.newest.version, rosterDigest: chain?.newest.digest, verifiedAt: verifier.now,
            accepted: isSound && (profile == .build || areReviewsComplete))
    }
}
