extension BuildReport {
    /// Systems × artifacts.
    public struct Matrix: Hashable, Sendable, Codable {
        /// File names, in the order of each row's cells.
        public var artifacts: [String]
        public var rows: [Row]

        public init(artifacts: [String], rows: [Row]) {
            self.artifacts = artifacts
            self.rows = rows
        }
    }

    /// One system.
    public struct Row: Hashable, Sendable, Codable {
        public var system: String
        /// What distinguishes it, such as `glibc 2.36, x86_64`.
        public var detail: String?
        /// One an artifact; nil where the plan has none.
        public var cells: [Cell?]

        public init(_ system: String, detail: String? = nil, cells: [Cell?]) {
            self.system = system
            self.detail = detail
            self.cells = cells
        }
    }

    /// What became of one artifact on one system.
    public struct Cell: Hashable, Sendable, Codable {
        public enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
            case passed, failed, uninstallable
            case timedOut = "timed-out"
            /// There is no such image or box here: nothing was shown.
            case unavailable
            /// The machine's fault.
            case spurious
        }

        public var outcome: Outcome
        /// What the plan expects: a musl system must refuse a glibc package.
        public var expected: Outcome
        public var reason: String?
        /// What the artifact's bytes alone let expect, such as `as predicted`; nil where they say nothing.
        public var prediction: String?
        /// Relative.
        public var log: String?
        public var seconds: Double?

        public init(
            _ outcome: Outcome, expected: Outcome = .passed, reason: String? = nil, prediction: String? = nil, log: String? = nil,
            seconds: Double? = nil
        ) {
            self.prediction = prediction
            self.outcome = outcome
            self.expected = expected
            self.reason = reason
            self.log = log
            self.seconds = seconds
        }

        /// As the plan expects. What could not run is never green.
        public var isGreen: Bool { outcome == expected && outcome != .unavailable && outcome != .spurious }
    }
}
