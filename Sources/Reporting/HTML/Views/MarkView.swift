import Basics

/// One of the stamps on top: struck, missing, or spoilt.
struct MarkView {
    let shape: String
    let label: String
    let letters: String
    let value: String
    let state: String

    private init(_ shape: String, _ label: String, _ letters: String?, _ value: String, isSpoilt: Bool = false) {
        self.shape = shape
        self.label = label
        self.letters = letters ?? "–"
        self.value = value
        state = isSpoilt ? "spoilt" : letters == nil ? "missing" : "struck"
    }

    /// The maker's mark, the date, the assay, the second person's, the log's.
    static func all(of report: BuildReport) -> [MarkView] {
        [maker(report), date(report), assay(report.matrix), review(report.reviews), ledger(report)]
    }

    private static func maker(_ report: BuildReport) -> MarkView {
        let builder = report.origin.builder
        return MarkView("maker", "Built by", builder.map(initials), builder ?? "nobody yet")
    }

    private static func date(_ report: BuildReport) -> MarkView {
        let last = report.builds.filter(\.succeeded).map(\.finished).max()
        return MarkView("date", "Built on", last.map { String($0.description.dropFirst(2).prefix(2)) }, last.map(Clock.day) ?? "not yet")
    }

    private static func assay(_ matrix: BuildReport.Matrix?) -> MarkView {
        let cells = (matrix?.rows ?? []).flatMap(\.cells).compactMap { $0 }.filter { $0.outcome != .unavailable }
        guard !cells.isEmpty else { return MarkView("assay", "Tested", nil, "not yet") }
        let green = cells.count(where: \.isGreen)
        let isGood = green == cells.count && cells.contains { $0.outcome == .passed }
        return MarkView("assay", "Tested", isGood ? "✓" : "✕", "\(green) of \(cells.count) cells as expected", isSpoilt: !isGood)
    }

    private static func review(_ reviews: [BuildReport.Review]) -> MarkView {
        guard let first = reviews.first(where: { !$0.accepted }) ?? reviews.first else { return MarkView("review", "Reviewed by", nil, "nobody yet") }
        let names = first.accepted ? reviews.map(\.person).joined(separator: ", ") : "rejected by \(first.person)"
        return MarkView("review", "Reviewed by", initials(first.person), names, isSpoilt: !first.accepted)
    }

    private static func ledger(_ report: BuildReport) -> MarkView {
        guard report.log != nil else { return MarkView("ledger", "Logged", nil, "not yet") }
        let count = report.envelopes.count { $0.leaf != nil }
        return MarkView("ledger", "Logged", "№", count == 1 ? "one statement" : "\(count) statements")
    }

    /// At most two letters, as silversmiths stamp them.
    private static func initials(_ name: String) -> String {
        let words = name.split { !$0.isLetter }
        let letters = words.count > 1 ? words.prefix(2).compactMap(\.first) : Array(words.first?.prefix(2) ?? "?")
        return String(letters).uppercased()
    }
}
