import Foundation

/// Two things at once, and back when both are done.
///
/// A thread rather than a task or a queue: what runs here waits for disks and C libraries, and must not wait for its turn as well.
enum Concurrent {
    static func both<First: Sendable, Second: Sendable>(
        _ first: @Sendable () -> First, _ second: @escaping @Sendable () -> Second
    ) -> (First, Second) {
        let outcome = Outcome<Second>()
        Thread { outcome.fill(second()) }.start()
        return (first(), outcome.wait())
    }

    // SAFETY: `value` is touched only under `condition`.
    private final class Outcome<Value: Sendable>: @unchecked Sendable {
        private let condition = NSCondition()
        private var value: Value?

        func fill(_ value: Value) {
            condition.lock()
            self.value = value
            condition.signal()
            condition.unlock()
        }

        func wait() -> Value {
            condition.lock()
            defer { condition.unlock() }
            while true {
                if let value { return value }
                condition.wait()
            }
        }
    }
}
