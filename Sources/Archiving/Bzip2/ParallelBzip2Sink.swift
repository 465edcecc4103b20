import Dispatch
import Foundation
import Synchronization

/// Compresses what it is given into one bzip2 stream, on all cores.
///
/// The pieces that are compressed side by side have a fixed size, so the bytes that come out do not depend on the number of cores.
public final class ParallelBzip2Sink: ByteSink {
    private static let piece = 3_600_000
    private let level: Int
    private let batch: Int
    private var splicer: Bzip2Splicer
    private var pending = Data()

    public init(into sink: any ByteSink, level: Int = 9) throws(ArchiveError) {
        self.level = level
        batch = max(1, min(ProcessInfo.processInfo.activeProcessorCount, 16)) * Self.piece
        splicer = try Bzip2Splicer(into: sink, level: level)
    }

    public func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        pending.append(contentsOf: bytes)
        while pending.count >= batch {
            try compress(pending.prefix(batch))
            pending = Data(pending.dropFirst(batch))
        }
    }

    /// Writes the stream's end. The sink behind is the caller's to close.
    public func finish() throws(ArchiveError) {
        if !pending.isEmpty { try compress(pending) }
        pending = Data()
        try splicer.finish()
    }

    private func compress(_ bytes: Data) throws(ArchiveError) {
        let bytes = Data(bytes)
        let count = (bytes.count + Self.piece - 1) / Self.piece
        let results = Mutex<[Int: Result<Bzip2Splicer.Packed, ArchiveError>]>([:])
        let level = level
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let part = bytes[(index * Self.piece)..<min(bytes.count, (index + 1) * Self.piece)]
            let result = Result { () throws(ArchiveError) in try Bzip2Splicer.compress(Data(part), level: level) }
            results.withLock { $0[index] = result }
        }
        let packed = results.withLock { $0 }
        for index in 0..<count {
            guard let result = packed[index] else { throw .interrupted("a piece was not compressed") }
            try splicer.append(try result.get())
        }
    }
}
