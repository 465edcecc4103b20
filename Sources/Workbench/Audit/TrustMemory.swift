public import Basics
public import Ledger
public import Roster
public import SystemPackage

/// What a verifier has seen of a channel: the newest version of its roster, the largest head of its log.
///
/// Kept apart by pin: two channels, or a channel that began anew, have nothing to do with each other.
public struct TrustMemory: Sendable {
    public let roster: RosterMemory
    public let checkpoints: CheckpointMemory

    public init(_ folder: FilePath, pin: SHA256Digest) {
        let own = folder.appending(pin.hexadecimal)
        roster = RosterMemory(own.appending("roster"))
        checkpoints = CheckpointMemory(own.appending("logs"))
    }

    /// Remembers the log's head: the log's own where it is at hand, else the largest that evidence showed, if none has been seen before.
    ///
    /// Throws `splitView` or `rollback` for a log that is not the one that was seen.
    func remember(_ heads: [VerifiedCheckpoint], of key: NoteKey, log: LogFolder?) throws(LedgerError) {
        if let log {
            // What is remembered is read first: between the two reads others may append and remember, which is no step back.
            let known = try checkpoints.recall(key)
            let newest = try log.checkpoint()
            if let known, newest.checkpoint.size < known.checkpoint.size {
                throw .rollback(remembered: known.checkpoint.size, found: newest.checkpoint.size)
            }
            return try checkpoints.remember(newest, of: key) { from, to throws(LedgerError) in try log.proveConsistency(from: from, to: to) }
        }
        // Two sizes can be compared with the log alone, so offline the first head that was seen stays.
        guard try checkpoints.recall(key) == nil, let largest = heads.max(by: { $0.checkpoint.size < $1.checkpoint.size }) else { return }
        try checkpoints.remember(largest, of: key) { _, _ throws(LedgerError) in [] }
    }
}
