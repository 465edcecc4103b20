import Ledger
import Synchronization

/// The largest head of the ledger that has been seen: a ledger that goes back could have forgotten a withdrawal.
final class RememberedHead: Sendable {
    private let largest = Mutex<VerifiedCheckpoint?>(nil)

    var note: SignedNote? { largest.withLock { $0?.note } }

    /// Call it only with a head that has been compared with the one before.
    func raise(to head: VerifiedCheckpoint) {
        largest.withLock { known in
            if known.map({ $0.checkpoint.size < head.checkpoint.size }) ?? true { known = head }
        }
    }
}
