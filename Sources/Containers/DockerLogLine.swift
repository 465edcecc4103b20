import Foundation
import Processes

/// One line of docker's log driver `json-file`: `{"log":"TEXT\n","stream":"stdout","time":"…"}`, members always in this order.
///
/// A text without the line break at its end is a part of a line. Its memory is used again for the next.
struct DockerLogLine {
    private(set) var text: [UInt8] = []
    private(set) var stream = OutputLine.Stream.output
    private(set) var nanoseconds: Int64 = 0
    private(set) var isFull = false
    private var clock = EngineClock()

    private static let log = Array("{\"log\":\"".utf8)
    private static let streamName = Array("\"stream\":\"".utf8)
    private static let time = Array("\"time\":\"".utf8)

    /// False for what is none.
    mutating func read(_ line: UnsafeRawBufferPointer) -> Bool {
        text.removeAll(keepingCapacity: true)
        var position = 1
        // An empty part has no text.
        if Self.has(Self.log, in: line, at: 0) {
            guard let end = readText(line, from: Self.log.count), end < line.count, line[end] == UInt8(ascii: ",") else { return false }
            position = end + 1
        }
        guard line.first == UInt8(ascii: "{"), Self.has(Self.streamName, in: line, at: position) else { return false }
        let name = line[(position + Self.streamName.count)...].prefix(7)
        switch String(decoding: name, as: UTF8.self) {
        case "stdout\"": stream = .output
        case "stderr\"": stream = .error
        default: return false
        }
        // It is the last member, whatever stands between.
        guard line.count > 2, line[line.count - 1] == UInt8(ascii: "}"), line[line.count - 2] == UInt8(ascii: "\"") else { return false }
        var begin = line.count - 2
        while begin > 0, line.count - begin < 48, line[begin - 1] != UInt8(ascii: "\"") { begin -= 1 }
        guard begin >= position + Self.streamName.count + name.count, Self.has(Self.time, in: line, at: begin - Self.time.count),
            let nanoseconds = clock.nanoseconds(of: UnsafeRawBufferPointer(rebasing: line[begin..<(line.count - 2)]))
        else { return false }
        self.nanoseconds = nanoseconds
        isFull = text.last == 10
        if isFull { text.removeLast() }
        return true
    }

    private static func has(_ word: [UInt8], in line: UnsafeRawBufferPointer, at position: Int) -> Bool {
        guard position >= 0, position + word.count <= line.count, let start = line.baseAddress else { return false }
        return memcmp(start + position, word, word.count) == 0
    }

    /// The place behind the string's closing quotation mark; nil where it has none.
    private mutating func readText(_ line: UnsafeRawBufferPointer, from begin: Int) -> Int? {
        guard let start = line.baseAddress else { return nil }
        func find(_ byte: UInt8, _ from: Int, _ to: Int) -> Int? { memchr(start + from, CInt(byte), to - from).map { UnsafeRawPointer($0) - start } }
        var position = begin
        while position < line.count {
            guard let quote = find(UInt8(ascii: "\""), position, line.count) else { return nil }
            guard let escape = find(UInt8(ascii: "\\"), position, quote) else {
                text.append(contentsOf: UnsafeRawBufferPointer(rebasing: line[position..<quote]))
                return quote + 1
            }
            text.append(contentsOf: UnsafeRawBufferPointer(rebasing: line[position..<escape]))
            guard let after = unescape(line, at: escape + 1) else { return nil }
            position = after
        }
        return nil
    }

    /// Appends what the escape at `position`, behind its backslash, stands for, and returns the place behind it.
    private mutating func unescape(_ line: UnsafeRawBufferPointer, at position: Int) -> Int? {
        guard position < line.count else { return nil }
        switch line[position] {
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case let byte where byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "u"):
            guard position + 5 <= line.count else { return nil }
            var value: UInt32 = 0
            for byte in line[(position + 1)..<(position + 5)] {
                guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
                value = value << 4 | UInt32(digit)
            }
            // Docker writes what lies beyond four digits as it is, so half a pair is none of its.
            text.append(contentsOf: Array(String(UnicodeScalar(value) ?? "\u{FFFD}").utf8))
            return position + 5
        default: return nil
        }
        return position + 1
    }
}
