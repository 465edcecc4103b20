/// One of the thirteen steps of a verification, with what it proved and what it could not.
public struct VerificationStep: Hashable, Sendable, Codable {
    public enum Number: Int, Hashable, Sendable, Codable, CaseIterable {
        case pins = 1, artifact, evidence, roster, signatures, statements, time, roles, ledger, witnesses, rules, content, withdrawal

        public var title: String {
            switch self {
            case .pins: "Pins and policy"
            case .artifact: "Artifact"
            case .evidence: "Evidence files"
            case .roster: "Roster"
            case .signatures: "Signatures"
            case .statements: "Statements"
            case .time: "Time"
            case .roles: "Roles and grants"
            case .ledger: "Ledger"
            case .witnesses: "Witnesses"
            case .rules: "Builds, tests, reviews"
            case .content: "Content"
            case .withdrawal: "Withdrawal"
            }
        }
    }

    public enum Outcome: String, Hashable, Sendable, Codable {
        case passed
        case failed
        /// It should have been checked and could not be; never a yes.
        case notChecked = "not-checked"
        /// The policy does not ask for it, and nothing was there to check.
        case notRequired = "not-required"
    }

    public let number: Number
    public let title: String
    public internal(set) var outcome: Outcome
    /// What was proven, by whom, a sentence each without a full stop; for `notChecked` and `notRequired` the reason.
    public internal(set) var facts: [String]
    /// The facts in a line, where they are many: how much, and by whom.
    public internal(set) var summary: String?
    public internal(set) var failures: [VerificationFailure]
    /// What came along and does not count, by the name of what is wrong with it; anybody could have put it there, so it refuses nothing.
    public internal(set) var ignored: [VerificationFailure] = []
    /// How many there were; only the first of them are kept.
    public internal(set) var ignoredCount = 0

    init(_ number: Number, outcome: Outcome = .passed, facts: [String] = [], failures: [VerificationFailure] = []) {
        self.number = number
        title = number.title
        self.outcome = failures.isEmpty ? outcome : .failed
        self.facts = facts
        self.failures = failures
    }

    /// A step that could not be checked.
    static func notChecked(_ number: Number, _ reason: String) -> VerificationStep { .init(number, outcome: .notChecked, facts: [reason]) }

    mutating func fail(_ code: VerificationFailure.Code, of object: String? = nil, _ detail: String) {
        failures.append(.init(code, of: object, detail))
        outcome = .failed
    }

    /// Sets aside something that does not count and whose presence proves nothing about anybody.
    mutating func ignore(_ code: VerificationFailure.Code, of object: String? = nil, _ detail: String) {
        ignoredCount += 1
        if ignored.count < Self.ignoredLimit { ignored.append(.init(code, of: object, detail)) }
    }

    private static let ignoredLimit = 50

    mutating func prove(_ fact: String) { facts.append(fact) }

    /// `ada 3, bob 1`: how often each word stands there, the most frequent first.
    static func tally(_ words: [String]) -> String {
        Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
