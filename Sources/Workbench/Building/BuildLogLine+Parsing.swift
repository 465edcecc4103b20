import Basics
import Foundation

extension BuildLogLine {
    /// Reads one line as `BuildLogWriter` writes it; nil for anything else.
    public init?(parsing line: some StringProtocol) {
        var reader = BuildLogReader()
        var text = String(line)
        guard let read = text.withUTF8({ reader.line(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = read
    }
}

/// Reads the lines of a log, of which thousands may lie in one second.
struct BuildLogReader {
    private var second: [UInt8] = []
    private var seconds: Int64 = 0

    /// Nil for what is no line of `BuildLogWriter`'s.
    mutating func line(_ bytes: UnsafeRawBufferPointer) -> BuildLogLine? {
        // `2026-11-21T17:40:03.123Z out TEXT`
        guard bytes.count > 25, bytes[19] == UInt8(ascii: "."), bytes[23] == UInt8(ascii: "Z"), bytes[24] == 32, let start = bytes.baseAddress,
            let space = memchr(start + 25, 32, bytes.count - 25).map({ UnsafeRawPointer($0) - start })
        else { return nil }
        if second.isEmpty || memcmp(start, second, 19) != 0 {
            guard let time = Timestamp(parsing: String(decoding: bytes[..<19], as: UTF8.self) + "Z") else { return nil }
            second = Array(bytes[..<19])
            seconds = time.seconds
        }
        var milliseconds: Int64 = 0
        for byte in bytes[20..<23] {
            guard (48...57).contains(byte) else { return nil }
            milliseconds = milliseconds * 10 + Int64(byte - 48)
        }
        guard let stream = BuildLogLine.Stream(rawValue: String(decoding: bytes[25..<space], as: UTF8.self)) else { return nil }
        return BuildLogLine(
            time: Date(timeIntervalSince1970: Double(seconds) + Double(milliseconds) / 1000), stream: stream,
            text: String(decoding: bytes[(space + 1)...], as: UTF8.self))
    }
}
