import Basics

/// Writes the times of log lines, `2026-11-21T17:40:03.123Z `, of which thousands may lie in one second.
struct LogStamp {
    private var second = Int64.min
    private var text: [UInt8] = []

    mutating func append(_ nanoseconds: Int64, to buffer: inout [UInt8]) {
        let milliseconds = nanoseconds.dividedRoundingDown(by: 1_000_000)
        let seconds = milliseconds.dividedRoundingDown(by: 1000)
        if second != seconds {
            second = seconds
            text = Array(Timestamp(seconds: seconds).description.utf8.dropLast()) + [UInt8(ascii: ".")]
        }
        let rest = UInt8(truncatingIfNeeded: (milliseconds - seconds * 1000) / 10)
        let last = UInt8(truncatingIfNeeded: (milliseconds - seconds * 1000) % 10)
        buffer.append(contentsOf: text)
        buffer.append(48 + rest / 10)
        buffer.append(48 + rest % 10)
        buffer.append(48 + last)
        buffer.append(UInt8(ascii: "Z"))
        buffer.append(32)
    }
}

extension Int64 {
    fileprivate func dividedRoundingDown(by divisor: Int64) -> Int64 { self >= 0 ? self / divisor : (self - divisor + 1) / divisor }
}
