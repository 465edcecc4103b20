public import Basics
import Conda
import Foundation
public import Provenance
public import Roster

/// Who of the core has withdrawn an artifact, and whether that is enough.
public struct Withdrawals: Hashable, Sendable {
    /// Core members, each once however often he did.
    public let people: [String]
    public let reasons: [String]
    public let threshold: Int
    public var isInForce: Bool { people.count >= threshold }

    /// Counts what `envelopes` say of the artifact; what is not signed by a core member's key says nothing.
    public init(of sha256: SHA256Digest, in envelopes: [Envelope], by chain: RosterChain) {
        var people: Set<String> = []
        var reasons: [String] = []
        for envelope in envelopes {
            guard let verified = try? envelope.verified(by: chain.everyKey), case .withdrawal(let withdrawal) = verified.statement.predicate,
                verified.statement.subjects.contains(where: { $0.sha256 == sha256 }), let person = chain.person(of: verified.signer),
                chain.newest.core.people.contains(person)
            else { continue }
            people.insert(person)
            if !reasons.contains(withdrawal.reason) { reasons.append(withdrawal.reason) }
        }
        self.people = people.sorted()
        self.reasons = reasons
        threshold = chain.newest.core.threshold
    }
}

extension Evidence {
    /// This evidence with what the ledger holds besides.
    public func adding(_ findings: [WithdrawalSearch.Finding]) -> Evidence {
        guard !findings.isEmpty else { return self }
        var evidence = self
        // Lines are added to the bytes as they came: nothing that lies beside the artifact can keep a withdrawal out.
        var proofs = ProofFile()
        for finding in findings { proofs.set(finding.proof, for: finding.envelope.digest) }
        evidence.envelopes = (envelopes ?? Data()) + [UInt8(ascii: "\n")] + EnvelopeFile(findings.map(\.envelope)).contents
        evidence.proofs = (self.proofs ?? Data()) + [UInt8(ascii: "\n")] + proofs.contents
        return evidence
    }
}

extension EvidenceArchive {
    /// This archive with what the ledger holds besides.
    public func adding(_ findings: [WithdrawalSearch.Finding]) -> EvidenceArchive {
        var (file, proofs) = (envelopes, proofs)
        for finding in findings {
            file.append(finding.envelope)
            proofs.set(finding.proof, for: finding.envelope.digest)
        }
        return EvidenceArchive(
            fileName: fileName, sha256: sha256, envelopes: file, proofs: proofs, roster: roster, detachedSignature: detachedSignature,
            auditRecord: auditRecord, buildLog: buildLog)
    }
}
