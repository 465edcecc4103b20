import Basics
import Foundation

/// Dates in headers (RFC 9110 §5.6.7).
enum HTTPDate {
    static func text(_ time: Timestamp) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // `2026-11-21T10:55:00Z`; the first of January 1970 was a Thursday.
        let text = time.description
        func part(_ from: Int, _ count: Int) -> String { String(text.dropFirst(from).prefix(count)) }
        let day = days[Int(((time.seconds / 86_400) % 7 + 7) % 7)]
        let month = months[(Int(part(5, 2)) ?? 1) - 1]
        return "\(day), \(part(8, 2)) \(month) \(part(0, 4)) \(part(11, 8)) GMT"
    }
}
