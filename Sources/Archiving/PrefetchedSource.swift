import Foundation

/// Reads another source on a thread of its own, a few buffers ahead, so that unpacking and what is done with the bytes overlap.
///
/// The other source belongs to this one from then on. It is read no further than the buffers hold, and no more after this one is gone.
public final class PrefetchedSource: LendingSource {
    private let state: State
    private var position = 0
    private var current: Buffer?

    public init(_ source: any ByteSource, buffers: Int = 4, ofSize size: Int = 1 << 20) {
        state = State(source, buffers: buffers, size: size)
        let state = state
        let thread = Thread { state.work() }
        thread.stackSize = 1 << 20
        thread.start()
    }

    deinit { state.stop() }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        guard let filled = try rest() else { return 0 }
        let count = min(buffer.count, filled.count)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: filled[..<count]))
        position += count
        return count
    }

    func lend() throws(ArchiveError) -> UnsafeRawBufferPointer {
        guard let filled = try rest() else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        position += filled.count
        return filled
    }

    /// What has not been given out of the buffer at hand, or the next buffer; nil at the end.
    private func rest() throws(ArchiveError) -> UnsafeRawBufferPointer? {
        if current.map({ position == $0.count }) ?? true {
            // The old buffer may be filled again from here on.
            current = try state.next(returning: current.take())
            position = 0
        }
        return current?.filled(from: position)
    }

    /// Memory that one thread at a time owns.
    private final class Buffer {
        let bytes: UnsafeMutableRawBufferPointer
        var count = 0
        init(size: Int) { bytes = .allocate(byteCount: size, alignment: 64) }
        deinit { bytes.deallocate() }
        func filled(from position: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[position..<count]) }
    }

    // SAFETY: the source is touched by the worker thread alone; a buffer by whoever took it out of `free` or `filled`, which happens
    // under `condition`, as everything else does.
    private final class State: @unchecked Sendable {
        private let source: any ByteSource
        private let size: Int
        private let condition = NSCondition()
        /// Buffers that are still to be made, when the first bytes come that need them.
        private var unmade: Int
        private var free: [Buffer] = []
        private var filled: [Buffer] = []
        private var ending: Result<Void, ArchiveError>?
        private var isStopped = false

        init(_ source: any ByteSource, buffers: Int, size: Int) {
            self.source = source
            self.size = size
            unmade = max(2, buffers)
        }

        /// The next buffer; nil at the end. `used` goes back to be filled again.
        func next(returning used: Buffer?) throws(ArchiveError) -> Buffer? {
            condition.lock()
            defer { condition.unlock() }
            if let used {
                free.append(used)
                if free.count == 1 { condition.signal() }
            }
            while filled.isEmpty {
                if let ending {
                    try ending.get()
                    return nil
                }
                condition.wait()
            }
            return filled.removeFirst()
        }

        func stop() {
            condition.lock()
            isStopped = true
            condition.signal()
            condition.unlock()
        }

        func work() {
            while let buffer = takeFree() {
                var failure: ArchiveError?
                do throws(ArchiveError) { try fill(buffer) } catch { failure = error }
                condition.lock()
                if let failure { ending = .failure(failure) } else if buffer.count == 0 { ending = .success(()) } else { filled.append(buffer) }
                let isDone = ending != nil
                // Only the two sides of this source ever wait here, and never both.
                condition.signal()
                condition.unlock()
                if isDone { return }
            }
        }

        /// As much as the buffer holds, because every hand-over has its price.
        private func fill(_ buffer: Buffer) throws(ArchiveError) {
            buffer.count = 0
            while buffer.count < size {
                let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[buffer.count...]))
                guard count > 0 else { return }
                buffer.count += count
            }
        }

        private func takeFree() -> Buffer? {
            condition.lock()
            defer { condition.unlock() }
            while free.isEmpty, unmade == 0, !isStopped { condition.wait() }
            guard !isStopped else { return nil }
            if let buffer = free.popLast() { return buffer }
            unmade -= 1
            return Buffer(size: size)
        }
    }
}
