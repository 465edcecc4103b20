import Synchronization

/// The highest roster version that was accepted.
final class RememberedVersion: Sendable {
    private let highest = Mutex(0)

    var version: Int { highest.withLock { $0 } }
    func raise(to version: Int) { highest.withLock { $0 = max($0, version) } }
}
