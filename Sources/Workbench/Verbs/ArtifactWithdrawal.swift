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

/// A core member's word that an artifact is no longer to be used: signed, logged, and put beside the artifact.
public struct ArtifactWithdrawal: Sendable {
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

    public struct Answer: Sendable {
        public let envelope: Envelope
        public let sha256: SHA256Digest
        public let person: String
        /// All withdrawals that are known now, this one included.
        public let standing: Withdrawals
    }

    /// Signs nothing for somebody whom nobody would hear.
    public func run(reason: String, supersededBy: SHA256Digest?) throws -> Answer {
        let chain = try trust.chain()
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
        let envelope = try EnvelopeAdding(
            artifact: artifact, signer: signer, keeping: EvidenceKeeping(trust: trust, ledger: ledger)
        ).add(statement)
        var known = try EnvelopeFile.read(artifact.sidecar(EnvelopeFile.fileExtension)).envelopes
        if let ledger { known += try WithdrawalSearch(log: ledger.log, chain: chain).findings(about: sha256).map(\.envelope) }
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
