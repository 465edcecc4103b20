import Basics
public import Cryptography
import Files
import Foundation
public import Ledger
import Provenance
import Roster
import SystemPackage
import Verification

/// Keeps whole what lies beside an artifact: signatures go into the ledger, their proofs into `FILE.proofs.jsonl`, all of it into `FILE.evidence`.
public struct EvidenceKeeping: Sendable {
    /// Without it no roster is logged and no archive is written, because an archive holds the roster.
    public let trust: Trust?
    public let ledger: (log: LogFolder, key: LogKey)?

    public init(trust: Trust?, ledger: (log: LogFolder, key: LogKey)?) {
        self.trust = trust
        self.ledger = ledger
    }

    /// Logs envelopes that `keys` signed; nil where another party appends.
    func log(_ envelopes: [Envelope], of keys: [PublicKey], beside file: FilePath) throws -> LedgerAppending.Answer? {
        guard let ledger else { return nil }
        guard let trust else { return try LedgerAppending(log: ledger.log, key: ledger.key).append(envelopes, of: keys, beside: file) }
        let chain = try trust.chain()
        return try LedgerAppending(log: ledger.log, key: ledger.key, rosters: try trust.envelopes())
            .append(envelopes, of: keys + chain.everyKey, beside: file)
    }

    /// Writes `FILE.evidence` anew from what lies beside the artifact.
    func renew(beside file: FilePath) throws {
        guard let trust, trust.roster != nil else { return }
        try EvidenceArchive.collect(for: file, roster: try trust.envelopes()).write(to: file.sidecar(EvidenceArchive.fileExtension))
    }
}
