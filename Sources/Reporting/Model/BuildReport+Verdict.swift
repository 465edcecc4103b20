extension BuildReport {
    /// The answer of the verification, and of its steps.
    public struct Verdict: Hashable, Sendable, Codable {
        public enum Outcome: String, Hashable, Sendable, Codable {
            /// Everything that is asked for is there and checks.
            case accepted
            /// What the builder owes is there and checks; a second person has not looked yet.
            case awaitingReview = "awaiting-review"
            case refused
            /// Nothing was verified yet.
            case open
        }

        public var outcome: Outcome
        /// One sentence: what the outcome means for these artifacts.
        public var summary: String
        public var steps: [Step]

        public init(_ outcome: Outcome, summary: String, steps: [Step] = []) {
            self.outcome = outcome
            self.summary = summary
            self.steps = steps
        }
    }

    /// One step of a verification.
    public struct Step: Hashable, Sendable, Codable {
        public enum Outcome: String, Hashable, Sendable, Codable {
            case passed, failed
            /// What is needed to check it was not there; never counted as passed.
            case unchecked
        }

        public var title: String
        public var outcome: Outcome
        /// What was proved, or each failure by its name.
        public var details: [String]

        public init(_ title: String, _ outcome: Outcome, _ details: [String] = []) {
            self.title = title
            self.outcome = outcome
            self.details = details
        }
    }

    /// A command of a stock tool, with what it shows.
    public struct StockCommand: Hashable, Sendable, Codable {
        public var purpose: String
        public var command: String

        public init(_ purpose: String, _ command: String) {
            self.purpose = purpose
            self.command = command
        }
    }
}
