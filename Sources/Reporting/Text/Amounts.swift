import Foundation

/// Amounts as people read them, the same on every machine.
enum Amounts {
    /// `1.4 GB`, in powers of ten, as anaconda.org shows them.
    static func bytes(_ count: Int64) -> String {
        guard count >= 1000 else { return "\(count) B" }
        var value = Double(count)
        for unit in ["kB", "MB", "GB"] {
            value /= 1000
            if value < 999.5 || unit == "GB" { return (value < 9.95 ? tenths(value) : String(Int(value.rounded()))) + " " + unit }
        }
        return "\(count) B"
    }

    /// `1 h 04 min`, `3 min 20 s`, `12 s`, `0.4 s`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return "?" }
        if seconds < 9.95 { return tenths(seconds) + " s" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(padded(whole % 60)) s" }
        return "\(whole / 3600) h \(padded(whole % 3600 / 60)) min"
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private static func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
