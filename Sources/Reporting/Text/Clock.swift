import Basics

/// Times for people; the machine's form stands beside them.
enum Clock {
    static func day(_ time: Timestamp) -> String { String(time.description.prefix(10)) }
    static func minute(_ time: Timestamp) -> String { String(time.description.dropFirst(11).prefix(5)) }
    static func full(_ time: Timestamp) -> String { "\(day(time)), \(minute(time)) UTC" }
}
