import Foundation

/// Reads the times of a log's lines, of which thousands may lie in one second: only the fraction of each is read.
struct EngineClock {
    /// Up to the point behind the second, as in `2026-11-21T17:40:03.`.
    private var second: [UInt8] = []
    /// What followed the digits, as in `Z` or `+01:00`.
    private var zone: [UInt8] = []
    private var base: Int64 = 0

    /// Nil for what is no time, as `EngineTime` has it.
    mutating func nanoseconds(of text: UnsafeRawBufferPointer) -> Int64? {
        if let fraction = fraction(of: text) { return base + fraction }
        guard let time = EngineTime(String(decoding: text, as: UTF8.self)) else { return nil }
        remember(text, time)
        return time.nanoseconds
    }

    /// Nil where the text is of another second or zone than the last one.
    private func fraction(of text: UnsafeRawBufferPointer) -> Int64? {
        let count = text.count - second.count - zone.count
        guard !second.isEmpty, (1...9).contains(count), let start = text.baseAddress else { return nil }
        guard memcmp(start, second, second.count) == 0, memcmp(start + second.count + count, zone, zone.count) == 0 else { return nil }
        var value: Int64 = 0
        for byte in text[second.count..<(second.count + count)] {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 48)
        }
        for _ in count..<9 { value *= 10 }
        return value
    }

    private mutating func remember(_ text: UnsafeRawBufferPointer, _ time: EngineTime) {
        second = []
        guard time.nanoseconds > 0, let point = text.firstIndex(of: UInt8(ascii: ".")) else { return }
        let digits = text[(point + 1)...].prefix { (48...57).contains($0) }
        second = Array(text[...point])
        zone = Array(text[digits.endIndex...])
        base = time.nanoseconds - time.nanoseconds % 1_000_000_000
    }
}
