/// A checklist with what is known: what people answered and what hallmark found.
public struct ChecklistState: Sendable {
    public enum Status: Hashable, Sendable {
        case answered(Answer)
        /// A person said no.
        case declined
        case passed(detail: String)
        case failed(detail: String)
        case open(detail: String?)

        /// Nothing more is needed of it.
        public var isClosed: Bool {
            switch self {
            case .answered, .passed: true
            case .declined, .failed, .open: false
            }
        }
    }

    public let checklist: Checklist
    public let answers: Answers
    public let results: [AutomaticCheck: AutomaticCheck.Result]

    public init(checklist: Checklist, answers: Answers, results: [AutomaticCheck: AutomaticCheck.Result]) {
        self.checklist = checklist
        self.answers = answers
        self.results = results
    }

    public func status(of item: Checklist.Item) -> Status {
        if case .automatic(let check) = item.kind {
            return switch results[check] {
            case .passed(let detail): .passed(detail: detail)
            case .failed(let detail): .failed(detail: detail)
            case .undecided(let detail): .open(detail: detail)
            case nil: .open(detail: nil)
            }
        }
        return switch answers[item.id] {
        case .confirmed(false): .declined
        case .some(let answer): .answered(answer)
        case nil: .open(detail: nil)
        }
    }

    /// The required items that are not closed, up to and with `step`.
    public func open(through step: LifeStep = .promote) -> [Checklist.Item] {
        checklist.items.filter { $0.isRequired && $0.step <= step && !status(of: $0).isClosed }
    }

    /// The next item that a person can answer; nil when all is answered.
    public var nextQuestion: Checklist.Item? {
        checklist.items.first { item in
            if case .automatic = item.kind { return false }
            return answers[item.id] == nil && item.isRequired
        }
    }

    public var isComplete: Bool { open().isEmpty }
}
