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

/// A core member's word that an artifact is no longer to be used: signed, logged, and put beside the artifact.
public struct ArtifactWithdrawal: Sendable {
    private let signing: Countersigning
    public init(_ signing: Countersigning) { self.signing = signing }

    public struct Answer: Sendable {
        public let envelope: Envelope
        public let sha256: SHA256Digest
        public let person: String
        /// All withdrawals that are known now, this one included.
        public let standing: Withdrawals
    }

    /// Signs nothing for somebody whom nobody would hear.
    public func run(reason: String, supersededBy: SHA256Digest?) throws -> Answer {
        let (chain, signer, artifact) = (try signing.trust.chain(), signing.signer, signing.artifact)
        guard let person = chain.person(of: signer.publicKey), chain.newest.core.people.contains(person) else {
            throw WorkspaceError.refused(
                "the withdrawal", reasons: ["the key \(signer.publicKey.keyID) is no core member's, and only the core's withdrawals are heard"])
        }
        if let refusal = chain.refusal(of: signer.publicKey, at: .untrusted(now: .now, claim: nil)) {
            throw WorkspaceError.refused("the withdrawal", reasons: ["\(refusal.name.rawValue): \(refusal.detail)"])
        }
        let name = try ArtifactName(parsing: artifact.lastComponent?.string ?? "")
        let sha256 = try SHA256Digest(ofFile: artifact)
        let statement = Statement(
            subject: .init(name, sha256: sha256), predicate: .withdrawal(Withdrawal(reason: reason, supersededBy: supersededBy)))
        let envelope = try signing.add(statement)
        var known = try EnvelopeFile.read(artifact.sidecar(EnvelopeFile.fileExtension)).envelopes
        if let ledger = signing.ledger { known += try WithdrawalSearch(log: ledger.log, chain: chain).findings(about: sha256).map(\.envelope) }
        return Answer(envelope: envelope, sha256: sha256, person: person, standing: Withdrawals(of: sha256, in: known, by: chain))
    }
}

extension WorkspaceSession {
    /// Records a withdrawal of one of the workspace's own artifacts; that of another file belongs to another journal.
    public func recordWithdrawal(_ answer: ArtifactWithdrawal.Answer, reason: String, keyID: KeyID) throws {
        guard let artifact = state.artifacts.first(where: { $0.reference.sha256 == answer.sha256 })?.reference else { return }
        try record(
            .withdrawn(
                .init(
                    artifact: artifact, keyID: keyID.description, person: answer.person, reason: reason, isInForce: answer.standing.isInForce,
                    envelope: answer.envelope.digest)))
    }
}
