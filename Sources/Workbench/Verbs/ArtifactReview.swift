public import Basics
import Conda
public import Cryptography
import Files
import Foundation
public import Ledger
public import Provenance
import Roster
public import SystemPackage
public import Verification

/// A reviewer's countersignature: it names every envelope that the reviewer saw.
public struct ArtifactReview: Sendable {
    public let artifact: FilePath
    public let trust: Trust
    public let signer: any Signer
    public let ledger: (log: LogFolder, key: LogKey)?

    public init(artifact: FilePath, trust: Trust, signer: any Signer, ledger: (log: LogFolder, key: LogKey)?) {
        self.artifact = artifact
        self.trust = trust
        self.signer = signer
        self.ledger = ledger
    }

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
        let (verdict, evidence) = try trust.verdict(on: artifact, profile: .build, ledger: ledger?.log.path)
        let chain = try trust.chain()
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
        let content = try ArtifactContent.read(artifact)
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
    public func sign(_ draft: Draft) throws -> Envelope {
        try EnvelopeAdding(artifact: artifact, signer: signer, keeping: EvidenceKeeping(trust: trust, ledger: ledger)).add(draft.statement)
    }
}

/// Adds one signed statement to the sidecars of an artifact.
struct EnvelopeAdding {
    let artifact: FilePath
    let signer: any Signer
    let keeping: EvidenceKeeping

    func add(_ statement: Statement) throws -> Envelope {
        let envelope = try Envelope.sign(statement, with: signer)
        // The proof first: an envelope without one would be refused, a proof without its envelope is only ignored.
        _ = try keeping.log([envelope], of: [signer.publicKey], beside: artifact)
        let path = artifact.sidecar(EnvelopeFile.fileExtension)
        var file = path.exists ? try EnvelopeFile.read(path) : EnvelopeFile()
        file.append(envelope)
        try file.write(to: path)
        try keeping.renew(beside: artifact)
        return envelope
    }
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
