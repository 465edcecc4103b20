/// What a `Range` header asks for (RFC 9110 §14.1.2). Several ranges at once are answered with the whole.
enum ByteRange: Equatable {
    case whole
    case part(ClosedRange<Int>)
    case unsatisfiable

    static func parse(_ header: String?, of byteCount: Int) -> ByteRange {
        guard let header, header.hasPrefix("bytes=") else { return .whole }
        let ends = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, !header.contains(",") else { return .whole }
        let (first, last) = (number(ends[0]), number(ends[1]))
        switch (ends[0].isEmpty, first, ends[1].isEmpty, last) {
        case (false, let first?, true, _): return first < byteCount ? .part(first...(byteCount - 1)) : .unsatisfiable
        case (false, let first?, false, let last?):
            guard first <= last else { return .whole }
            return first < byteCount ? .part(first...min(last, byteCount - 1)) : .unsatisfiable
        case (true, _, false, let count?): return count > 0 && byteCount > 0 ? .part(max(0, byteCount - count)...(byteCount - 1)) : .unsatisfiable
        default: return .whole
        }
    }

    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }
}
