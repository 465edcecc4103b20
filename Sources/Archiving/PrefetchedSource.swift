import Foundation

/// Reads another source on a thread of its own, a few buffers ahead, so that unpacking and what is done with the bytes overlap.
///
/// The other source belongs to this one from then on. It is read no further than the buffers hold, and no more after this one is gone.
public final class PrefetchedSource: ByteSource {
    private let state: State
    private var position = 0
    private var current: [UInt8] = []

    public init(_ source: any ByteSource, buffers: Int = 4, ofSize size: Int = 512 << 10) {
        state = State(source, buffers: buffers, size: size)
        let state = state
        let thread = Thread { state.work() }
        thread.stackSize = 1 << 20
        thread.start()
    }

    deinit { state.stop() }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        if position == current.count {
            current = try state.next(returning: current)
            position = 0
        }
        let count = min(buffer.count, current.count - position)
        guard count > 0 else { return 0 }
        current.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count])) }
        position += count
        return count
    }

    // SAFETY: the source is touched by the worker thread alone, everything else under `condition` alone.
    private final class State: @unchecked Sendable {
        private let source: any ByteSource
        private let size: Int
        private let condition = NSCondition()
        private var free: [[UInt8]]
        private var filled: [[UInt8]] = []
        private var ending: Result<Void, ArchiveError>?
        private var isStopped = false

        init(_ source: any ByteSource, buffers: Int, size: Int) {
            self.source = source
            self.size = size
            free = Array(repeating: [], count: max(1, buffers))
        }

        /// The next buffer; empty at the end. `used` goes back to be filled again.
        func next(returning used: [UInt8]) throws(ArchiveError) -> [UInt8] {
            condition.lock()
            defer { condition.unlock() }
            if !used.isEmpty {
                free.append(used)
                condition.broadcast()
            }
            while filled.isEmpty {
                if let ending {
                    try ending.get()
                    return []
                }
                condition.wait()
            }
            return filled.removeFirst()
        }

        func stop() {
            condition.lock()
            isStopped = true
            condition.broadcast()
            condition.unlock()
        }

        func work() {
            while var buffer = takeFree() {
                if buffer.count < size { buffer = [UInt8](repeating: 0, count: size) }
                var count = 0
                var failure: ArchiveError?
                do throws(ArchiveError) { count = try fill(&buffer) } catch { failure = error }
                if count < buffer.count { buffer.removeLast(buffer.count - count) }
                condition.lock()
                if let failure { ending = .failure(failure) } else if count == 0 { ending = .success(()) } else { filled.append(buffer) }
                let isDone = ending != nil
                condition.broadcast()
                condition.unlock()
                if isDone { return }
            }
        }

        private func fill(_ buffer: inout [UInt8]) throws(ArchiveError) -> Int {
            let source = source
            let result = buffer.withUnsafeMutableBytes { bytes in Result { () throws(ArchiveError) in try source.read(into: bytes) } }
            return try result.get()
        }

        private func takeFree() -> [UInt8]? {
            condition.lock()
            defer { condition.unlock() }
            while free.isEmpty, !isStopped { condition.wait() }
            return isStopped ? nil : free.removeLast()
        }
    }
}
