public import Basics

extension BuildReport {
    /// A signed statement.
    public struct Envelope: Hashable, Sendable, Codable {
        /// SHA-256 of the envelope's bytes.
        public var sha256: SHA256Digest
        public var predicateType: String
        /// The file that the statement is about.
        public var subject: String
        /// The person, where the roster knows the key.
        public var signer: String?
        public var keyID: String
        /// Its place in the channel's log.
        public var leaf: Int64?

        public init(sha256: SHA256Digest, predicateType: String, subject: String, signer: String? = nil, keyID: String, leaf: Int64? = nil) {
            self.sha256 = sha256
            self.predicateType = predicateType
            self.subject = subject
            self.signer = signer
            self.keyID = keyID
            self.leaf = leaf
        }
    }

    /// Where the statements stand in the channel's log.
    public struct LogProof: Hashable, Sendable, Codable {
        public var origin: String
        public var treeSize: Int64
        public var witnesses: Int

        public init(origin: String, treeSize: Int64, witnesses: Int = 0) {
            self.origin = origin
            self.treeSize = treeSize
            self.witnesses = witnesses
        }
    }

    /// A second person's word.
    public struct Review: Hashable, Sendable, Codable {
        public var person: String
        public var accepted: Bool
        public var time: Timestamp

        public init(by person: String, accepted: Bool, at time: Timestamp) {
            self.person = person
            self.accepted = accepted
            self.time = time
        }
    }

    /// A checklist with what was answered and found.
    public struct Checklist: Hashable, Sendable, Codable {
        public struct Line: Hashable, Sendable, Codable {
            public enum State: String, Hashable, Sendable, Codable {
                case closed, open, failed
            }

            public var text: String
            /// The answer, or what was found.
            public var answer: String?
            public var state: State
            /// hallmark found it out; nobody answered it.
            public var isAutomatic: Bool

            public init(_ text: String, answer: String? = nil, state: State = .closed, isAutomatic: Bool = false) {
                self.text = text
                self.answer = answer
                self.state = state
                self.isAutomatic = isAutomatic
            }
        }

        public var title: String
        public var signedOffBy: String?
        public var signedOffAt: Timestamp?
        public var lines: [Line]

        public init(_ title: String, signedOffBy: String? = nil, signedOffAt: Timestamp? = nil, lines: [Line]) {
            self.title = title
            self.signedOffBy = signedOffBy
            self.signedOffAt = signedOffAt
            self.lines = lines
        }
    }
}
