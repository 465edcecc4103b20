public import Basics
import Conda
public import Cryptography
import Files
import Foundation
public import Ledger
public import Provenance
import Roster
public import SystemPackage
import Verification

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
        public let person: String
        /// The core members whose withdrawals are known now, and how many are asked for.
        public let people: [String]
        public let threshold: Int
        public var isInForce: Bool { people.count >= threshold }
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
        if let ledger { known += try LedgerSearch(log: ledger.log, chain: chain).withdrawals(of: sha256).map(\.envelope) }
        var people: Set<String> = []
        for other in known {
            guard let verified = try? other.verified(by: chain.everyKey), case .withdrawal = verified.statement.predicate,
                verified.statement.subjects.contains(where: { $0.sha256 == sha256 }), let person = chain.person(of: verified.signer)
            else { continue }
            people.insert(person)
        }
        return Answer(
            envelope: envelope, person: person, people: people.intersection(chain.newest.core.people).sorted(),
            threshold: chain.newest.core.threshold)
    }
}
