import Reporting

/// A journal event as one sentence for people.
public enum TimelineText {
    /// Nil for events that the next one says better.
    static func event(_ entry: JournalEntry) -> BuildReport.Event? {
        let (step, text, isTrouble) = sentence(entry.event)
        guard let text else { return nil }
        return .init(entry.time, step, text, isTrouble: isTrouble)
    }

    /// The life's step, the sentence, and whether it is bad news.
    public static func sentence(_ event: JournalEvent) -> (step: String, text: String?, isTrouble: Bool) {
        switch event {
        case .opened(let value): ("open", "opened `\(value.name)` at \(value.commit.prefix(12)), \(value.variants.count) variants", false)
        case .requested(let value):
            ("request", "asked for because of \(value.reason)" + (value.enabledBy.map { ", enabled by \($0)" } ?? ""), false)
        case .planned(let value): ("plan", "`\(value.variant)` in \(value.image), pinned as \(value.imageID.prefix(19))", false)
        case .buildStarted(let value): ("build", "`\(value.variant)`, attempt \(value.attempt)", false)
        case .built(let value): ("build", "`\(value.variant)` made \(value.artifacts.map { "`\($0.name)`" }.joined(separator: ", "))", false)
        case .buildFailed(let value): ("build", "`\(value.variant)` failed: \(value.reason)", true)
        case .embedded(let value):
            ("embed", "the recipe was \(value.result == "proved" ? "found in" : "put into") `\(value.after.name)`", false)
        case .cellFinished(let value):
            value.outcome == value.expected || value.outcome == "unavailable"
                ? ("matrix", nil, false) : ("matrix", "`\(value.artifact.name)` on \(value.cell): \(value.outcome)", true)
        case .matrixFinished(let value):
            (
                "matrix",
                "`\(value.artifact.name)`: " + value.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "),
                !value.isGreen
            )
        case .recorded(let value): ("record", "audit record of `\(value.artifact.name)`", false)
        case .signed(let value):
            ("sign", "\(value.envelopes.count) statements about `\(value.artifact.name)` by \(value.person ?? value.keyID)", false)
        case .logged(let value): ("log", "\(value.leaves.count) entries in `\(value.origin)`, which holds \(value.treeSize)", false)
        case .uploaded(let value):
            ("upload", "`\(value.artifact.name)` is at \(value.channel)" + (value.stagedThrough.map { ", through \($0)" } ?? ""), false)
        case .retested(let value):
            (
                "retest",
                "`\(value.artifact.name)` from \(value.channel): "
                    + value.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "), !value.isGreen
            )
        case .reviewed(let value):
            ("review", "`\(value.artifact.name)` was \(value.accepted ? "accepted" : "refused") by \(value.person ?? value.keyID)", !value.accepted)
        case .promoted(let value): ("promote", "`\(value.artifact.name)` moved from `\(value.from)` to `\(value.to)`", false)
        case .withdrawn(let value): ("withdraw", "`\(value.artifact.name)` was withdrawn by \(value.person ?? value.keyID): \(value.reason)", true)
        case .answered(let value): ("request", "the checklist `\(value.checklist)` was signed off", false)
        }
    }
}
