import Dispatch
import Foundation

/// Signals as values, instead of what they do by default.
public enum Signals {
    /// The signals of `numbers` from now on, as they arrive; they no longer end this process.
    public static func stream(_ numbers: [Int32]) -> AsyncStream<Int32> {
        AsyncStream { continuation in
            let sources = numbers.map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { continuation.yield(number) }
                source.resume()
                return source
            }
            let held = Sources(sources)
            continuation.onTermination = { _ in held.cancel() }
        }
    }

    // SAFETY: libdispatch's objects may be used from every thread; the array itself never changes.
    private final class Sources: @unchecked Sendable {
        private let sources: [any DispatchSourceSignal]
        init(_ sources: [any DispatchSourceSignal]) { self.sources = sources }
        func cancel() { for source in sources { source.cancel() } }
    }

    /// Writing to a pipe that nobody reads becomes an error of the write and no longer ends this process.
    public static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}
