import Basics
public import Conda
import Cryptography
import Files
import Foundation
public import Ledger
import Provenance
import Roster
public import SystemPackage
public import Verification

extension Trust {
    /// The verdict over an artifact and what lies beside it, or what `archive` holds: then the roster comes from there too.
    ///
    /// With the ledger at hand its withdrawals are heard, wherever the artifact came from. What was seen before is compared and what is
    /// new is remembered. Throws only for what kept us from an answer, and for a roster of which two faces have been seen.
    public func verdict(
        on artifact: FilePath, profile: VerificationProfile, subdir: Subdir? = nil, target: Channel? = nil, ledger: FilePath? = nil,
        archive: FilePath? = nil
    ) throws -> (verdict: Verdict, evidence: Evidence) {
        let bytes = try archive.map { try $0.contents() }
        var archived = bytes.flatMap { try? EvidenceArchive(parsing: $0) }
        if let bytes, archived == nil {
            // What is no archive is refused by its name, like all evidence.
            let verdict = Verifier(roster: [], pin: pin, inspect: nil).verify(artifact, archive: bytes, profile: profile, target: target)
            return (verdict, Evidence(artifact: artifact, fileName: artifact.lastComponent?.string ?? ""))
        }
        let envelopes = try archived?.roster ?? self.envelopes()
        var verifier = Verifier(roster: envelopes, pin: pin, inspect: ArtifactContent.read)
        // What is wrong with the chain, the verdict says by its name.
        let chain = try? RosterChain(envelopes, pin: pin, now: .now)
        verifier.rememberedRosterVersion = try memory?.roster.recall()?.version ?? 0
        if let chain, chain.newest.version >= verifier.rememberedRosterVersion { try memory?.roster.remember(chain) }
        let key = chain?.newest.logKey.flatMap { try? NoteKey(parsing: $0) }
        if let key { verifier.rememberedCheckpoint = try memory?.checkpoints.recall(key)?.note }
        var withdrawals: [WithdrawalSearch.Finding] = []
        if let ledger, let chain, let key {
            guard ledger.isDirectory else { throw WorkspaceError.notFound("the ledger", ledger) }
            let log = LogFolder(path: ledger, key: key)
            verifier.log = log
            // A log whose head does not verify is named by the verdict, and not searched.
            if (try? log.checkpoint()) != nil {
                withdrawals = try WithdrawalSearch(log: log, chain: chain).findings(about: try SHA256Digest(ofFile: artifact))
            }
        }
        let verdict: Verdict
        let evidence: Evidence
        if let whole = archived {
            archived = whole.adding(withdrawals)
            evidence = (archived ?? whole).evidence(for: artifact)
            verdict = verifier.verify(artifact, archive: (archived ?? whole).contents, profile: profile, target: target)
        } else {
            evidence = try Evidence.collect(for: artifact, subdir: subdir).adding(withdrawals)
            verdict = verifier.verify(evidence, profile: profile, target: target)
        }
        if let key, let memory, verdict[.ledger]?.failures.isEmpty ?? false, verdict[.witnesses]?.failures.isEmpty ?? false {
            let notes = ProofFile(parsing: evidence.proofs ?? Data()).entries.compactMap(\.proof?.note)
            try memory.remember(notes.compactMap { try? VerifiedCheckpoint($0, by: key) }, of: key, log: verifier.log)
        }
        return (verdict, evidence)
    }
}

extension Trust {
    /// Holds a log's head against the one that was seen last, and remembers it.
    public func remember(_ log: LogFolder) throws(LedgerError) { try memory?.remember([], of: log.key, log: log) }
}
