import Dispatch
import Synchronization

/// Two things at once, on two threads, and back when both are done.
enum Concurrent {
    static func both<First: Sendable, Second: Sendable>(
        _ first: @Sendable () -> First, _ second: @Sendable () -> Second
    ) -> (First, Second) {
        let firstResult = Mutex<First?>(nil)
        let secondResult = Mutex<Second?>(nil)
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            if index == 0 {
                let value = first()
                firstResult.withLock { $0 = value }
            } else {
                let value = second()
                secondResult.withLock { $0 = value }
            }
        }
        // `concurrentPerform` has run both; running one again is only what the types ask for.
        return (firstResult.withLock { $0 } ?? first(), secondResult.withLock { $0 } ?? second())
    }
}
