import Foundation
import Processes

/// The lines of one stream of a log that were read and not handed over yet, their texts one behind the other in memory that is used again.
struct LogLane {
    struct Entry {
        var begin: Int
        var end: Int
        var nanoseconds: Int64
        var arrived: ContinuousClock.Instant
        var isContinued: Bool
    }

    /// A line whose parts are arriving.
    private struct Open {
        var nanoseconds: Int64
        /// Of the engine's own part, how much is still to come.
        var left: Int
    }

    /// Docker keeps a long line in parts of this size and writes each part's time before it.
    private static let part = 16_384
    /// A whole number of docker's parts with their times, so that no time is ever cut in two.
    private static let longest = 63 * (part + 31)
    private static let (lineLimit, byteLimit) = (4096, 4 << 20)

    /// What is still to be dropped of the reading that goes on.
    var toDrop = 0
    private var splitter = LineSplitter(limit: longest)
    private var clock = EngineClock()
    private var open: Open?
    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    private var head = 0

    var first: Entry? { head < entries.count ? entries[head] : nil }
    /// Too much to wait any longer.
    var isFull: Bool { head < entries.count && (entries.count - head > Self.lineLimit || bytes.count - entries[head].begin > Self.byteLimit) }

    mutating func feed(_ piece: UnsafeRawBufferPointer, floor: Int64?, arrived: ContinuousClock.Instant, onWords: (String) -> Void) {
        // Ours alone meanwhile, so that lines need no copy.
        var splitter = LineSplitter(limit: 4)
        swap(&splitter, &self.splitter)
        splitter.cut(piece) { line, isContinued in add(line, isContinued, floor, arrived, onWords) }
        swap(&splitter, &self.splitter)
    }

    /// The beginning of a line that never ended.
    mutating func end(floor: Int64?, arrived: ContinuousClock.Instant, onWords: (String) -> Void) {
        var splitter = LineSplitter(limit: 4)
        swap(&splitter, &self.splitter)
        splitter.end { line, isContinued in add(line, isContinued, floor, arrived, onWords) }
    }

    /// Hands over the first line, of which there must be one, and returns its time.
    mutating func take(as stream: OutputLine.Stream, _ onLine: (LogBytes) -> Void) -> Int64 {
        let entry = entries[head]
        bytes.withUnsafeBytes { all in
            onLine(
                LogBytes(
                    stream: stream, nanoseconds: entry.nanoseconds, text: UnsafeRawBufferPointer(rebasing: all[entry.begin..<entry.end]),
                    isContinued: entry.isContinued))
        }
        head += 1
        compact()
        return entry.nanoseconds
    }

    private mutating func compact() {
        if head == entries.count {
            entries.removeAll(keepingCapacity: true)
            bytes.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= Self.lineLimit || entries[head].begin > Self.byteLimit {
            let offset = entries[head].begin
            entries.removeFirst(head)
            bytes.removeFirst(offset)
            for index in entries.indices {
                entries[index].begin -= offset
                entries[index].end -= offset
            }
            head = 0
        }
    }

    private mutating func add(
        _ line: UnsafeRawBufferPointer, _ isContinued: Bool, _ floor: Int64?, _ arrived: ContinuousClock.Instant, _ onWords: (String) -> Void
    ) {
        var text = line
        let from: Open
        if let open {
            from = open
        } else {
            guard let (nanoseconds, rest) = time(before: line) else { return onWords(String(decoding: line, as: UTF8.self)) }
            from = Open(nanoseconds: nanoseconds, left: Self.part)
            text = rest
        }
        let begin = bytes.count
        let left = append(text, from.left)
        open = isContinued ? Open(nanoseconds: from.nanoseconds, left: left) : nil
        let isBefore = floor.map { from.nanoseconds < $0 } ?? false
        if isBefore || toDrop > 0 {
            if !isBefore { toDrop -= 1 }
            bytes.removeLast(bytes.count - begin)
            return
        }
        entries.append(Entry(begin: begin, end: bytes.count, nanoseconds: from.nanoseconds, arrived: arrived, isContinued: isContinued))
    }

    /// The time in front of a line, and what follows the space behind it.
    private mutating func time(before line: UnsafeRawBufferPointer) -> (Int64, UnsafeRawBufferPointer)? {
        guard let start = line.baseAddress, let found = memchr(start, 32, min(line.count, 40)) else { return nil }
        let space = UnsafeRawPointer(found) - start
        guard let nanoseconds = clock.nanoseconds(of: UnsafeRawBufferPointer(rebasing: line[..<space])) else { return nil }
        return (nanoseconds, UnsafeRawBufferPointer(rebasing: line[(space + 1)...]))
    }

    /// Appends the text without the times that stand within it, and returns how much of the last part is still to come.
    private mutating func append(_ text: UnsafeRawBufferPointer, _ left: Int) -> Int {
        var (rest, left) = (text, left)
        while rest.count > left {
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest[..<left]))
            rest = UnsafeRawBufferPointer(rebasing: rest[left...])
            // Another engine's long line, which has no parts.
            guard let (_, after) = time(before: rest) else {
                left = .max
                break
            }
            rest = after
            left = Self.part
        }
        bytes.append(contentsOf: rest)
        return left == .max ? .max : left - rest.count
    }
}
