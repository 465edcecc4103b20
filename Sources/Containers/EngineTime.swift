import Foundation

/// A time as engines write it: RFC 3339 with up to nine digits of a second, trailing zeros left away, in UTC or with an offset.
struct EngineTime: Hashable, Comparable, Sendable {
    /// Since 1970-01-01T00:00:00Z; years before 1970 come out as 0.
    let nanoseconds: Int64

    init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    init?(_ text: some StringProtocol) {
        var bytes = Array(text.utf8)[...]
        func number(_ count: Int) -> Int64? {
            guard bytes.count >= count else { return nil }
            var value: Int64 = 0
            for byte in bytes.prefix(count) {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            bytes = bytes.dropFirst(count)
            return value
        }
        func take(_ character: Character) -> Bool {
            guard bytes.first == character.asciiValue else { return false }
            bytes = bytes.dropFirst()
            return true
        }
        guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2), take("T"), let hour = number(2), take(":"),
            let minute = number(2), take(":"), let second = number(2), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        var fraction: Int64 = 0
        if take(".") {
            let digits = bytes.prefix { (48...57).contains($0) }
            guard !digits.isEmpty, digits.count <= 9 else { return nil }
            for digit in digits { fraction = fraction * 10 + Int64(digit - 48) }
            for _ in digits.count..<9 { fraction *= 10 }
            bytes = bytes.dropFirst(digits.count)
        }
        var offset: Int64 = 0
        if !take("Z") {
            let isWest = bytes.first == UInt8(ascii: "-")
            guard take("+") || take("-"), let hours = number(2), take(":"), let minutes = number(2) else { return nil }
            offset = (hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
        }
        guard bytes.isEmpty else { return nil }
        // The civil calendar in eras of 400 years that begin on 1 March.
        let shifted = month <= 2 ? year - 1 : year
        let yearOfEra = shifted % 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let days = shifted / 400 * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        nanoseconds = (0..<9_000_000_000).contains(seconds) ? seconds * 1_000_000_000 + fraction : 0
    }

    var date: Date { Date(timeIntervalSince1970: Double(nanoseconds) / 1e9) }
    static func < (left: EngineTime, right: EngineTime) -> Bool { left.nanoseconds < right.nanoseconds }
}
