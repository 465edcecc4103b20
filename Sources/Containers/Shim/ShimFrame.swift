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
        guard text.hasPrefix(mark) else { return nil }
        let parts = text.dropFirst(mark.count + 1).split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let nanoseconds = Int64(parts[0]) else { return nil }
        let isContinued = parts[1].hasSuffix("+")
        guard let stream = OutputLine.Stream(rawValue: String(isContinued ? parts[1].dropLast() : parts[1])) else { return nil }
        return OutputLine(
            stream: stream, time: Date(timeIntervalSince1970: Double(nanoseconds) / 1e9), text: String(parts[2]), isContinued: isContinued)
    }
}
