public import Basics
import Cryptography
import Foundation
public import Ledger
public import Provenance
public import Roster

/// Looks through a ledger for what the core has said of an artifact, whatever lies beside the artifact itself.
///
/// It reads every entry, because nothing but the entry says whose it is, and hashes them to the signed root, so that none can be swapped or left
/// out; and of the documents behind them those by core members' keys.
public struct WithdrawalSearch: Sendable {
    let log: LogFolder
    let chain: RosterChain

    public init(log: LogFolder, chain: RosterChain) {
        self.log = log
        self.chain = chain
    }

    public struct Finding: Sendable {
        public let envelope: Envelope
        public let proof: LogProof
    }

    /// The withdrawals of an artifact, with their proofs.
    ///
    /// An entry by a core member's key whose document is withheld might be one, so it is an error and not passed over.
    public func findings(about sha256: SHA256Digest) throws -> [Finding] {
        let snapshot = try log.snapshot()
        var found: [Finding] = []
        for (index, entry) in try entriesByCore(in: snapshot) {
            guard let envelope = try LedgerObject.envelope(of: entry, in: log) else {
                let person = chain.person(of: entry.key) ?? "nobody"
                throw VerificationError.withheld(index: index, person: person, log.objectPath(of: entry.leafHash))
            }
            guard envelope.payloadType == Envelope.statementType, let verified = try? envelope.verified(by: coreKeys),
                case .withdrawal = verified.statement.predicate, verified.statement.subjects.contains(where: { $0.sha256 == sha256 })
            else { continue }
            found.append(Finding(envelope: envelope, proof: try snapshot.prove(index: index)))
        }
        return found
    }

    /// The entries whose documents the search reads.
    public func entriesByCore() throws -> [LedgerEntry] { try entriesByCore(in: try log.snapshot()).map(\.entry) }

    private func entriesByCore(in snapshot: LogSnapshot) throws -> [(index: UInt64, entry: LedgerEntry)] {
        let marks = coreKeys.map(EntryMark.init)
        var candidates: [(index: UInt64, bytes: Data)] = []
        try snapshot.readEntries { index, entry in
            if marks.contains(where: { $0.isIn(entry) }) { candidates.append((index, Data(entry))) }
        }
        return try candidates.map { ($0.index, try LedgerEntry(parsing: $0.bytes)) }
    }

    /// The keys of all who have ever been of the core.
    private var coreKeys: [PublicKey] {
        let core = Set(chain.versions.flatMap(\.core.people))
        return chain.everyKey.filter { key in chain.person(of: key).map(core.contains) ?? false }
    }
}

/// What a key's entries have in common: a leaf in its one form ends with the base64 of its key, so most leaves can be passed over unread.
private struct EntryMark {
    private static let end = Array("\"}}}}}}".utf8)
    private let key: [UInt8]

    init(_ key: PublicKey) { self.key = Array(Base64.encode(key.spki).utf8) }

    func isIn(_ entry: ArraySlice<UInt8>) -> Bool {
        let rest = entry.dropLast(Self.end.count)
        guard entry.suffix(Self.end.count).elementsEqual(Self.end), rest.count > key.count, rest[rest.endIndex - key.count - 1] == UInt8(ascii: "\"")
        else {
            // In another form it is no entry of ours; one that names the key all the same is read, and then refused.
            return Data(entry).range(of: Data(key)) != nil
        }
        return rest.suffix(key.count).elementsEqual(key)
    }
}
