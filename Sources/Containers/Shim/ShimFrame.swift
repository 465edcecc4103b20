import Foundation
public import Processes

/// How the shim hands a container's line to the driver through the script's output: a mark that nobody can guess, time, stream, text.
public enum ShimFrame {
    public static func encode(_ line: OutputLine, mark: String) -> String {
        let nanoseconds = Int64((line.time.timeIntervalSince1970 * 1e9).rounded())
        return "\(mark) \(nanoseconds) \(line.stream.rawValue)\(line.isContinued ? "+" : "") \(line.text)"
    }

    /// Nil for a line of the script itself.
    public static func decode(_ text: String, mark: String) -> OutputLine? {
        guard text.utf8.starts(with: mark.utf8) else { return nil }
        let bytes = text.utf8.dropFirst(mark.utf8.count + 1)
        let space = UInt8(ascii: " ")
        guard let first = bytes.firstIndex(of: space), let nanoseconds = Int64(text[bytes.startIndex..<first]) else { return nil }
        let streamBegin = bytes.index(after: first)
        guard let second = bytes[streamBegin...].firstIndex(of: space) else { return nil }
        var name = text[streamBegin..<second]
        let isContinued = name.utf8.last == UInt8(ascii: "+")
        if isContinued { name = name.dropLast() }
        guard let stream = OutputLine.Stream(rawValue: String(name)) else { return nil }
        return OutputLine(
            stream: stream, time: Date(timeIntervalSince1970: Double(nanoseconds) / 1e9), text: String(text[bytes.index(after: second)...]),
            isContinued: isContinued)
    }
}
