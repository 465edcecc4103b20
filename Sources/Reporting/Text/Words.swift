/// How an outcome looks: a word and a sign, so that nothing depends on colour, and a style's name.
struct Look {
    let word: String
    let sign: String
    /// `good`, `bad`, `wait` or `quiet`.
    let style: String
}

extension BuildReport.Verdict.Outcome {
    var look: Look {
        switch self {
        case .accepted: Look(word: "Verified", sign: "✓", style: "good")
        case .awaitingReview: Look(word: "Awaiting review", sign: "…", style: "wait")
        case .refused: Look(word: "Refused", sign: "✕", style: "bad")
        case .open: Look(word: "Not verified yet", sign: "○", style: "quiet")
        }
    }
}

extension BuildReport.Step.Outcome {
    var look: Look {
        switch self {
        case .passed: Look(word: "passed", sign: "✓", style: "good")
        case .failed: Look(word: "failed", sign: "✕", style: "bad")
        case .unchecked: Look(word: "not checked", sign: "○", style: "wait")
        }
    }
}

extension BuildReport.Cell.Outcome {
    var word: String { self == .timedOut ? "timed out" : rawValue }
}

extension BuildReport.Cell {
    var look: Look {
        if isGreen {
            return outcome == .passed
                ? Look(word: "passed", sign: "✓", style: "good") : Look(word: "\(outcome.word), as it must be", sign: "✓", style: "good")
        }
        return switch outcome {
        case .passed: Look(word: "passed, but should be \(expected.word)", sign: "✕", style: "bad")
        case .failed, .uninstallable, .timedOut: Look(word: outcome.word, sign: "✕", style: "bad")
        case .unavailable: Look(word: "unavailable", sign: "–", style: "quiet")
        case .spurious: Look(word: "spurious", sign: "~", style: "wait")
        }
    }
}

extension BuildReport.Checklist.Line.State {
    var look: Look {
        switch self {
        case .closed: Look(word: "done", sign: "✓", style: "good")
        case .open: Look(word: "open", sign: "○", style: "wait")
        case .failed: Look(word: "failed", sign: "✕", style: "bad")
        }
    }
}
