public import JSONReading

/// What a statement says of its subject: one case a predicate type that hallmark understands.
public enum StatementPredicate: Hashable, Sendable {
    case build(BuildProvenance)
    case test(TestResult)
    case review(VerificationSummary)
    case publish(PublishAttestation)
    case withdrawal(Withdrawal)
    /// A predicate of another type: it is shown and never counted.
    case unknown(type: String, JSONValue)

    public init(type: String, _ value: JSONValue) throws(JSONObjectReader.Complaint) {
        self =
            switch type {
            case BuildProvenance.type: .build(try BuildProvenance(value))
            case TestResult.type: .test(try TestResult(value))
            case VerificationSummary.type: .review(try VerificationSummary(value))
            case PublishAttestation.type: .publish(try PublishAttestation(value))
            case HallmarkURI.withdrawalType: .withdrawal(try Withdrawal(value))
            default: .unknown(type: type, value)
            }
    }

    public var type: String {
        switch self {
        case .build: BuildProvenance.type
        case .test: TestResult.type
        case .review: VerificationSummary.type
        case .publish: PublishAttestation.type
        case .withdrawal: HallmarkURI.withdrawalType
        case .unknown(let type, _): type
        }
    }

    public var json: JSONValue {
        switch self {
        case .build(let predicate): predicate.json
        case .test(let predicate): predicate.json
        case .review(let predicate): predicate.json
        case .publish(let predicate): predicate.json
        case .withdrawal(let predicate): predicate.json
        case .unknown(_, let value): value
        }
    }

    /// A few words for a list: what kind of fact this is.
    public var title: String {
        switch self {
        case .build(let build): build.step == .build ? "build" : "embed"
        case .test(let test): "test \(test.cell)"
        case .review: "review"
        case .publish(let publish): "publish to \(publish.targetChannel ?? "no channel")"
        case .withdrawal: "withdrawal"
        case .unknown(let type, _): type
        }
    }
}
