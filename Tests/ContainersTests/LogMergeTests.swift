import Foundation
import Processes
import Synchronization
import Testing

@testable import Containers

/// What docker's client prints, put back into one order, without a container.
@Suite struct LogMergeTests {
    private final class Seen: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: LogBytes) {
            let text =
                "\(line.stream.rawValue) \(line.nanoseconds % 1_000_000_000) \(line.isContinued ? "+" : "")"
                + String(decoding: line.text, as: UTF8.self)
            lines.withLock { $0.append(text) }
        }
        var all: [String] { lines.withLock(\.self) }
    }

    private static func stamped(_ nanoseconds: Int, _ text: String) -> [UInt8] {
        Array("2026-11-21T17:40:03.\(String(repeating: "0", count: 9 - "\(nanoseconds)".count))\(nanoseconds)Z \(text)".utf8)
    }

    private func feed(_ merge: LogMerge, _ bytes: [UInt8], _ stream: OutputLine.Stream = .output) -> [String] {
        var words: [String] = []
        bytes.withUnsafeBytes { merge.feed($0, stream) { words.append($0) } }
        return words
    }

    @Test func `both streams come in the order of their times, wherever what the client says is cut`() {
        let output = Self.stamped(1, "one\n") + Self.stamped(4, "vier ü\r\n") + Self.stamped(6, "\n") + Self.stamped(7, "no end")
        let error = Self.stamped(2, "two\n") + Array("Error: no such thing\n".utf8) + Self.stamped(5, "five\n")
        let expected = ["out 1 one", "err 2 two", "out 4 vier ü", "err 5 five", "out 6 ", "out 7 no end"]
        for cut in 0...max(output.count, error.count) {
            let seen = Seen()
            let merge = LogMerge(since: nil) { seen.add($0) }
            #expect(merge.beginReading() == nil)
            var words: [String] = []
            for part in [0, 1] {
                let (from, to) = part == 0 ? (0, min(cut, output.count)) : (min(cut, output.count), output.count)
                words += feed(merge, Array(output[from..<to]))
                let (begin, end) = part == 0 ? (0, min(cut, error.count)) : (min(cut, error.count), error.count)
                words += feed(merge, Array(error[begin..<end]), .error)
            }
            merge.end { words.append($0) }
            #expect(seen.all == expected, "cut at \(cut)")
            #expect(words == ["Error: no such thing"], "cut at \(cut)")
        }
    }

    @Test func `a log that is read again gives each line once`() {
        let lines = (1...9).map { Self.stamped($0 / 2, "line \($0)\n") }
        for cut in 0...lines.count {
            let seen = Seen()
            let merge = LogMerge(since: nil) { seen.add($0) }
            _ = merge.beginReading()
            _ = feed(merge, Array(lines[..<cut].joined()))
            merge.end { _ in }
            let mark = merge.beginReading()
            #expect((mark == nil) == (cut == 0))
            _ = feed(merge, Array(lines.joined()))
            merge.end { _ in }
            #expect(seen.all.map { String($0.suffix(1)) } == (1...9).map { "\($0)" }, "cut at \(cut)")
        }
    }

    @Test func `a line that docker keeps in parts comes without the times between them, also where it is longer than what is held`() {
        for count in [16_383, 16_384, 16_385, 40_000, 1_032_192, 3_000_001] {
            let text = (0..<count).map { UInt8(97 + $0 % 26) }
            var bytes: [UInt8] = []
            for begin in stride(from: 0, to: count, by: 16_384) {
                bytes += Self.stamped(begin / 16_384, "") + text[begin..<min(begin + 16_384, count)]
            }
            let seen = Seen()
            let merge = LogMerge(since: nil) { seen.add($0) }
            _ = merge.beginReading()
            for begin in stride(from: 0, to: bytes.count, by: 70_000) { _ = feed(merge, Array(bytes[begin..<min(begin + 70_000, bytes.count)])) }
            _ = feed(merge, [10] + Self.stamped(999, "after\n"))
            merge.end { _ in }
            let parts = seen.all.dropLast()
            #expect(parts.dropLast().allSatisfy { $0.hasPrefix("out 0 +") } && parts.last?.hasPrefix("out 0 +") == false)
            let whole = parts.map { String($0.dropFirst($0.hasPrefix("out 0 +") ? 7 : 6)) }.joined()
            let isWhole = whole == String(decoding: text, as: UTF8.self)
            #expect(isWhole && seen.all.last == "out 999 after", "\(count) bytes")
        }
    }
}
