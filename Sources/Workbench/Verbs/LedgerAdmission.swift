import Basics
public import Cryptography
import Files
import Foundation
public import Ledger
import Provenance
import Roster
public import SystemPackage
import Verification

/// The ledger's keeper at work: takes in what others have signed, and gives out proofs.
public struct LedgerAdmission: Sendable {
    public let trust: Trust
    public let log: LogFolder

    public init(trust: Trust, log: LogFolder) {
        self.trust = trust
        self.log = log
    }

    /// Appends what lies beside an artifact: every signature by a key of the roster that is good now, over a statement about these very bytes.
    ///
    /// One envelope that is not so refuses all. Returns where the entries stand; those that were there keep their place.
    public func admit(_ file: FilePath, key: LogKey) throws -> (indices: [UInt64], size: UInt64) {
        let chain = try checkedChain()
        let sha256 = try SHA256Digest(ofFile: file)
        let envelopes = try envelopes(beside: file)
        for envelope in envelopes {
            let verified = try envelope.verified(by: chain.everyKey)
            let person = chain.person(of: verified.signer) ?? "nobody"
            guard verified.statement.subjects.allSatisfy({ $0.sha256 == sha256 }) else {
                throw WorkspaceError.refused("the entry", reasons: ["a statement of \(person) is about other bytes than `\(file)`"])
            }
            if let refusal = chain.refusal(of: verified.signer, at: .untrusted(now: .now, claim: nil)) {
                throw WorkspaceError.refused("the entry", reasons: ["\(person): \(refusal.name.rawValue): \(refusal.detail)"])
            }
        }
        let appending = LedgerAppending(log: log, key: key, rosters: try trust.envelopes())
        let answer = try appending.append(envelopes, of: chain.everyKey, beside: file)
        try EvidenceKeeping(trust: trust, ledger: nil).renew(beside: file)
        return (answer.indices, answer.size)
    }

    /// Appends the roster's versions that are not in the log yet; returns the log's size.
    public func admitRosters(key: LogKey) throws -> UInt64 {
        let chain = try checkedChain()
        return try LedgerAppending(log: log, key: key, rosters: try trust.envelopes()).appendRosters(of: chain.everyKey).size
    }

    /// Writes the proofs of an artifact's envelopes anew, all with the log's newest checkpoint and whoever has witnessed it.
    public func prove(_ file: FilePath) throws -> (count: Int, size: UInt64) {
        let chain = try checkedChain()
        let envelopes = try envelopes(beside: file)
        let entries = try envelopes.map { envelope in
            let verified = try envelope.verified(by: chain.everyKey)
            return LedgerEntry(signedDigest: verified.signedDigest, signature: verified.signature, key: verified.signer)
        }
        let path = file.sidecar(ProofFile.fileExtension)
        var proofs = path.exists ? try ProofFile.read(path) : ProofFile()
        var size: UInt64 = 0
        for ((envelope, entry), proof) in zip(zip(envelopes, entries), try log.prove(entries)) {
            size = try proof.verify(entry, in: log.key).checkpoint.size
            proofs.set(proof, for: envelope.digest)
        }
        try proofs.write(to: path)
        try EvidenceKeeping(trust: trust, ledger: nil).renew(beside: file)
        return (envelopes.count, size)
    }

    private func checkedChain() throws -> RosterChain {
        let chain = try trust.chain()
        guard chain.newest.logKey == log.key.description else {
            throw WorkspaceError.refused("the ledger", reasons: ["the roster names \(chain.newest.logKey.map { "`\($0)`" } ?? "no log")"])
        }
        return chain
    }

    private func envelopes(beside file: FilePath) throws -> [Envelope] {
        let path = file.sidecar(EnvelopeFile.fileExtension)
        let lines = try EnvelopeFile.read(path)
        if let line = lines.unreadable.first {
            throw WorkspaceError.refused("the entry", reasons: ["line \(line.number) of `\(path)`: \(line.error.message)"])
        }
        return lines.envelopes
    }
}
