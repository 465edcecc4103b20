extension JournalEvent: Codable {
    /// The names that stand in the file; they never change.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case opened, requested, planned, buildStarted, built, buildFailed, embedded, cellFinished, matrixFinished, recorded, signed, logged
        case uploaded, retested, reviewed, promoted, withdrawn, answered
    }

    public var kind: Kind {
        switch self {
        case .opened: .opened
        case .requested: .requested
        case .planned: .planned
        case .buildStarted: .buildStarted
        case .built: .built
        case .buildFailed: .buildFailed
        case .embedded: .embedded
        case .cellFinished: .cellFinished
        case .matrixFinished: .matrixFinished
        case .recorded: .recorded
        case .signed: .signed
        case .logged: .logged
        case .uploaded: .uploaded
        case .retested: .retested
        case .reviewed: .reviewed
        case .promoted: .promoted
        case .withdrawn: .withdrawn
        case .answered: .answered
        }
    }

    private var payload: any Codable {
        switch self {
        case .opened(let value): value
        case .requested(let value): value
        case .planned(let value): value
        case .buildStarted(let value): value
        case .built(let value): value
        case .buildFailed(let value): value
        case .embedded(let value): value
        case .cellFinished(let value): value
        case .matrixFinished(let value): value
        case .recorded(let value): value
        case .signed(let value): value
        case .logged(let value): value
        case .uploaded(let value): value
        case .retested(let value): value
        case .reviewed(let value): value
        case .promoted(let value): value
        case .withdrawn(let value): value
        case .answered(let value): value
        }
    }

    enum CodingKeys: String, CodingKey { case event, details }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .event)
        try container.encode(payload, forKey: .details)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func details<Value: Decodable>(_ make: (Value) -> JournalEvent) throws -> JournalEvent {
            make(try container.decode(Value.self, forKey: .details))
        }
        self =
            switch try container.decode(Kind.self, forKey: .event) {
            case .opened: try details(JournalEvent.opened)
            case .requested: try details(JournalEvent.requested)
            case .planned: try details(JournalEvent.planned)
            case .buildStarted: try details(JournalEvent.buildStarted)
            case .built: try details(JournalEvent.built)
            case .buildFailed: try details(JournalEvent.buildFailed)
            case .embedded: try details(JournalEvent.embedded)
            case .cellFinished: try details(JournalEvent.cellFinished)
            case .matrixFinished: try details(JournalEvent.matrixFinished)
            case .recorded: try details(JournalEvent.recorded)
            case .signed: try details(JournalEvent.signed)
            case .logged: try details(JournalEvent.logged)
            case .uploaded: try details(JournalEvent.uploaded)
            case .retested: try details(JournalEvent.retested)
            case .reviewed: try details(JournalEvent.reviewed)
            case .promoted: try details(JournalEvent.promoted)
            case .withdrawn: try details(JournalEvent.withdrawn)
            case .answered: try details(JournalEvent.answered)
            }
    }
}
