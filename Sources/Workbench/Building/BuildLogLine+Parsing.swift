import Basics
import Foundation

extension BuildLogLine {
    /// Reads one line as `BuildLogWriter` writes it; nil for anything else.
    public init?(parsing line: some StringProtocol) {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 24, let seconds = Timestamp(parsing: String(parts[0].prefix(19)) + "Z"),
            let milliseconds = Int(parts[0].dropFirst(20).prefix(3)), let stream = Stream(rawValue: String(parts[1]))
        else { return nil }
        self.init(time: seconds.date.addingTimeInterval(Double(milliseconds) / 1000), stream: stream, text: String(parts[2]))
    }
}
