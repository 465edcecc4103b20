public import Basics
import Conda
public import Cryptography
import Files
import Foundation
import Ledger
public import Provenance
import Roster
import SystemPackage
public import Verification

/// A reviewer's countersignature: it names every envelope that the reviewer saw.
public struct ArtifactReview: Sendable {
    private let signing: Countersigning
    public init(_ signing: Countersigning) { self.signing = signing }

    /// What would be signed, and why it may not be.
    public struct Draft: Sendable {
        public let verdict: Verdict
        public let person: String
        public let statement: Statement
        /// What the verdict was made of.
        public let evidence: Evidence
    }

    /// Verifies everything first; refuses a reviewer who is the builder, who has no grant, or whom the roster does not know.
    public func draft(accepting: Bool, remarks: String?) throws -> Draft {
        let (verdict, evidence) = try signing.trust.verdict(on: signing.artifact, profile: .build, ledger: signing.ledger?.log.path)
        let (chain, signer) = (try signing.trust.chain(), signing.signer)
        guard let person = chain.person(of: signer.publicKey) else {
            throw WorkspaceError.refused("the review", reasons: ["the roster does not know the key \(signer.publicKey.keyID)"])
        }
        if verdict.builders.contains(person) {
            throw WorkspaceError.refused("the review", reasons: ["self-review: \(person) built the artifact and cannot review it"])
        }
        if accepting, !verdict.accepted {
            let reasons = verdict.failures.map(\.description)
            throw WorkspaceError.refused("the review", reasons: reasons.isEmpty ? ["not everything could be checked"] : reasons)
        }
        let content = try ArtifactContent.read(signing.artifact)
        let name = try ArtifactName(parsing: evidence.fileName)
        guard let subdir = content.subdir, let sha256 = verdict.sha256, let policy = verdict.rosterDigest else {
            throw WorkspaceError.refused("the review", reasons: ["the artifact does not say which platform it is for"])
        }
        let decision = chain.decision(
            key: signer.publicKey, role: .reviewer, package: name.package, subdir: subdir, at: .untrusted(now: .now, claim: nil))
        if case .refused(let refusal) = decision {
            throw WorkspaceError.refused("the review", reasons: ["\(refusal.name.rawValue): \(refusal.detail)"])
        }
        let summary = VerificationSummary(
            verifierID: HallmarkURI.person(person), timeVerified: .now, resourceURI: PackageURL.of(name, subdir: subdir), policy: policy,
            inputAttestations: verdict.reviewable, accepted: accepting, remarks: remarks)
        return Draft(
            verdict: verdict, person: person, statement: Statement(subject: .init(name, sha256: sha256), predicate: .review(summary)),
            evidence: evidence)
    }

    /// Signs the draft, puts it into the ledger, and adds it to what lies beside the artifact.
    public func sign(_ draft: Draft) throws -> Envelope { try signing.add(draft.statement) }
}

extension WorkspaceSession {
    /// Records a review of one of the workspace's own artifacts; a review of another file belongs to another journal.
    public func recordReview(of sha256: SHA256Digest, keyID: KeyID, person: String, accepted: Bool, envelope: SHA256Digest) throws {
        guard let artifact = state.artifacts.first(where: { $0.reference.sha256 == sha256 })?.reference else { return }
        try record(.reviewed(.init(artifact: artifact, keyID: keyID.description, person: person, accepted: accepted, envelope: envelope)))
    }

    public func recordPromotion(of sha256: SHA256Digest, from: String, to: String) throws {
        guard let artifact = state.artifacts.first(where: { $0.reference.sha256 == sha256 })?.reference else { return }
        try record(.promoted(.init(artifact: artifact, from: from, to: to)))
    }
}
