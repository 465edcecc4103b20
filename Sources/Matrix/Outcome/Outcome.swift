/// How a cell came out, and whose fault it is.
public enum Outcome: Hashable, Sendable {
    case passed
    case failed(FailureReason)
    /// The solver refuses to install the artifact on such a system, before anything runs.
    case uninstallable
    case timedOut
    /// There is no such image or box here. Nothing was learnt.
    case unavailable
    /// The machine's fault, not the artifact's. Nothing was learnt.
    case spurious

    /// The one word for it.
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable, CustomStringConvertible {
        case passed, failed, uninstallable
        case timedOut = "timed-out"
        case unavailable, spurious
        public var description: String { rawValue }

        /// Whether the artifact was judged at all; what was not judged is never green.
        public var isVerdict: Bool {
            switch self {
            case .passed, .failed, .uninstallable, .timedOut: true
            case .unavailable, .spurious: false
            }
        }
    }

    public var kind: Kind {
        switch self {
        case .passed: .passed
        case .failed: .failed
        case .uninstallable: .uninstallable
        case .timedOut: .timedOut
        case .unavailable: .unavailable
        case .spurious: .spurious
        }
    }

    public var failure: FailureReason? { if case .failed(let reason) = self { reason } else { nil } }

    /// True when this is what was expected of the cell. `unavailable` and `spurious` never are.
    public func isGreen(expecting expected: Kind) -> Bool { kind.isVerdict && kind == expected }
}

extension Outcome: Codable {
    enum CodingKeys: String, CodingKey {
        case kind, failure
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .passed: self = .passed
        case .failed: self = .failed(try container.decode(FailureReason.self, forKey: .failure))
        case .uninstallable: self = .uninstallable
        case .timedOut: self = .timedOut
        case .unavailable: self = .unavailable
        case .spurious: self = .spurious
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encodeIfPresent(failure, forKey: .failure)
    }
}
