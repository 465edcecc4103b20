import Foundation

/// The bytes inside a bzip2 file, decoded by several threads, a block each.
///
/// Takes what bzip2, pbzip2 and lbzip2 write, streams one behind the other included, and nothing behind them. Every block's CRC and
/// every stream's is checked. At most four blocks a thread are held, whatever the file says.
public final class ParallelBzip2Source: ByteSource {
    private let file: OpenedFile
    private let end: Int64
    private var scanner: Bzip2Scanner
    /// Marks that were found and are not used up.
    private var marks: [Bzip2Mark] = []
    private var jobs: [Bzip2Job] = []
    private let pool: Bzip2Pool
    private var expected: Int64
    private var level = 0
    private var streamCRC: UInt32 = 0
    private var isAtEnd = false
    private var failure: ArchiveError?

    private var whole: [UInt8] = []
    private var packed: [UInt8] = []
    private var position = 0
    private var expander = RunExpander()

    /// - Parameter threads: how many decode; as many as the machine has cores if nil.
    public init(_ file: OpenedFile, range: Range<Int64>? = nil, threads: Int? = nil) throws(ArchiveError) {
        self.file = file
        let range = range ?? 0..<file.size
        end = range.upperBound
        scanner = Bzip2Scanner(file, range: range)
        pool = Bzip2Pool(file, end: end, threads: max(1, min(threads ?? ProcessInfo.processInfo.activeProcessorCount, 64)))
        expected = range.lowerBound * 8
        try beginStream()
    }

    deinit { pool.stop() }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        if let failure { throw failure }
        do throws(ArchiveError) {
            while true {
                let count = take(into: buffer)
                if count > 0 { return count }
                guard !isAtEnd else { return 0 }
                try advance()
            }
        } catch {
            failure = error
            throw error
        }
    }

    /// Copies from the block at hand.
    private func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        if position < whole.count {
            let count = min(buffer.count, whole.count - position)
            whole.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count])) }
            position += count
            return count
        }
        guard !packed.isEmpty else { return 0 }
        let step = packed.withUnsafeBufferPointer { bytes in
            buffer.withMemoryRebound(to: UInt8.self) { expander.expand(UnsafeBufferPointer(rebasing: bytes[position...]), into: $0) }
        }
        position += step.taken
        if step.given == 0 { packed = [] }
        return step.given
    }

    /// Goes to the next block, or over a stream's end.
    private func advance() throws(ArchiveError) {
        try schedule()
        // A mark that stands before the end of the last block stood inside it by chance.
        while let job = jobs.first, job.bit < expected { pool.forget(jobs.removeFirst()) }
        while let mark = marks.first, mark.bit < expected { marks.removeFirst() }
        try schedule()
        if let job = jobs.first, job.bit == expected {
            jobs.removeFirst()
            let decoded = try pool.wait(for: job).get()
            expected = decoded.end
            streamCRC = Bzip2CRC.combined(streamCRC, decoded.crc)
            (whole, packed, position, expander) = ([], [], 0, RunExpander())
            switch decoded.contents {
            case .whole(let bytes): whole = bytes
            case .packed(let bytes): packed = bytes
            }
        } else if jobs.isEmpty, let mark = marks.first, mark.bit == expected, mark.kind == .end {
            marks.removeFirst()
            try endStream(mark)
        } else {
            throw .bzip2(expected + 80 > end * 8 ? .truncated : .malformed(what: "what follows a block", bit: expected))
        }
    }

    /// Hands blocks to the threads, as far as four for each, and not beyond the stream's end.
    private func schedule() throws(ArchiveError) {
        var new: [Bzip2Job] = []
        defer { pool.submit(new) }
        while jobs.count < 4 * pool.threads {
            try fill(2)
            guard let mark = marks.first, mark.kind == .block else { return }
            let hint = marks.count > 1 ? marks[1].bit : end * 8
            marks.removeFirst()
            let job = Bzip2Job(bit: mark.bit, hint: hint, level: level)
            jobs.append(job)
            new.append(job)
        }
    }

    private func fill(_ count: Int) throws(ArchiveError) {
        while marks.count < count, let mark = try scanner.nextMark() { marks.append(mark) }
    }

    private func beginStream() throws(ArchiveError) {
        let offset = expected / 8
        guard end - offset >= 14 else { throw .bzip2(offset == 0 || end - offset >= 4 ? .truncated : .trailingBytes(offset: offset)) }
        let header = try file.bytes(offset..<offset + 4)
        guard header.starts(with: [0x42, 0x5A, 0x68]), (0x31...0x39).contains(header[3]) else {
            throw .bzip2(offset == 0 ? .noSignature : .trailingBytes(offset: offset))
        }
        level = Int(header[3] - 0x30)
        streamCRC = 0
        expected += 32
        while let mark = marks.first, mark.bit < expected { marks.removeFirst() }
    }

    private func endStream(_ mark: Bzip2Mark) throws(ArchiveError) {
        let bit = mark.bit + Bzip2Mark.bits
        let first = bit / 8
        guard end - first >= 4 + (bit % 8 == 0 ? 0 : 1) else { throw .bzip2(.truncated) }
        let bytes = try file.bytes(first..<min(end, first + 5)) + [UInt8](repeating: 0, count: 8)
        let crc = bytes.withUnsafeBytes { buffer in
            var reader = BitReader(buffer, at: Int(bit % 8))
            return UInt32(truncatingIfNeeded: reader.take(32))
        }
        guard crc == streamCRC else { throw .bzip2(.wrongCRC(what: "a stream", bit: bit)) }
        let next = (bit + 32 + 7) / 8
        expected = next * 8
        if next == end { isAtEnd = true } else { try beginStream() }
    }
}
