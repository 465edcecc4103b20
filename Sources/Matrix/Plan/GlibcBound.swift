/// What an artifact asks of `__glibc`: the constraint of a dependency such as `__glibc >=2.17,<3.0.a0`.
///
/// It is a forecast of what the solver will say; the solver's own word decides what happens.
struct GlibcBound: Hashable, Sendable {
    private struct Clause: Hashable, Sendable {
        var sign: String
        var version: [Int]
    }

    private var alternatives: [[Clause]] = []

    /// The bounds of those `dependencies` that are on `__glibc`; nil where there is none.
    init?(dependencies: [String]) {
        var found = false
        for dependency in dependencies {
            let words = dependency.split(separator: " ")
            guard words.first == "__glibc" else { continue }
            found = true
            let text = words.dropFirst().first ?? "*"
            let parsed = text.split(separator: "|").map { $0.split(separator: ",").compactMap(Self.clause) }
            alternatives = alternatives.isEmpty ? parsed : alternatives.flatMap { left in parsed.map { left + $0 } }
        }
        guard found else { return nil }
    }

    /// Whether a system with this C library meets it; one without glibc never does.
    func isMet(by libc: LibC) -> Bool {
        guard libc.isGlibc else { return false }
        let has = Self.numbers(libc.version[...])
        return alternatives.isEmpty || alternatives.contains { $0.allSatisfy { Self.holds(has, $0) } }
    }

    /// The highest lower bound that all alternatives share, such as `2.17`.
    var lowest: String? {
        let bounds = alternatives.map { $0.filter { $0.sign == ">=" }.map(\.version).max(by: Self.isLess) }
        guard let first = bounds.compactMap(\.self).min(by: Self.isLess), bounds.allSatisfy({ $0 != nil }) else { return nil }
        return first.map(String.init).joined(separator: ".")
    }

    private static func clause(_ text: Substring) -> Clause? {
        for sign in [">=", "<=", "==", "!=", ">", "<", "="] where text.hasPrefix(sign) {
            return Clause(sign: sign, version: numbers(text.dropFirst(sign.count)))
        }
        return text == "*" ? nil : Clause(sign: "=", version: numbers(text))
    }

    /// `3.0.a0` is 3, 0: what follows the first part that is no number is passed over.
    private static func numbers(_ text: Substring) -> [Int] {
        var result: [Int] = []
        for part in text.split(separator: ".") {
            guard let number = Int(part) else { break }
            result.append(number)
        }
        return result
    }

    static func isLess(_ left: [Int], _ right: [Int]) -> Bool {
        for index in 0..<max(left.count, right.count) {
            let (a, b) = (index < left.count ? left[index] : 0, index < right.count ? right[index] : 0)
            if a != b { return a < b }
        }
        return false
    }

    private static func holds(_ has: [Int], _ clause: Clause) -> Bool {
        let (less, more) = (isLess(has, clause.version), isLess(clause.version, has))
        return switch clause.sign {
        case ">=": !less
        case "<=": !more
        case ">": more
        case "<": less
        case "!=": less || more
        case "==": !less && !more
        default: has.starts(with: clause.version)
        }
    }

    /// Whether one dotted version is older than another.
    static func isOlder(_ left: String, than right: String) -> Bool { isLess(numbers(left[...]), numbers(right[...])) }
}
