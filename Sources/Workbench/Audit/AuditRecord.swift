public import Basics
import Conda
public import Foundation
public import JSONReading

/// `FILE.audit.json`: one document that says who built an artifact, why, from what, where, when, and how its tests ended.
///
/// Made from the journal and from nothing else; the builder's statements name it by digest, so it is signed with them.
public struct AuditRecord: Sendable {
    public static let fileExtension = ".audit.json"
    /// The version of the document's layout; `docs/formats.md` describes it.
    static let format: Int64 = 1

    public let json: JSONValue

    /// `entries` is the whole journal; what concerns other artifacts is left out, what concerns the feedstock is kept.
    public init(of artifact: WorkspaceState.Artifact, entries: [JournalEntry], head: SHA256Digest, person: String?) throws {
        let state = WorkspaceState(entries)
        let reference = artifact.reference
        guard let opened = state.opened, let variant = state.variants.first(where: { $0.name == artifact.variant }),
            case .built(let built) = variant.status, let planned = variant.planned
        else { throw WorkspaceError.nothingTo("record", needs: "the journal does not say how `\(reference.name)` was built") }
        func object(_ members: [(String, JSONValue?)]) -> JSONValue {
            .object(members.compactMap { key, value in value.map { JSONValue.Member(key, $0) } })
        }
        func text(_ value: String?) -> JSONValue? { value.map { .string($0) } }
        let kept = entries.filter { Self.concerns($0.event, artifact, built) }
        json = object([
            ("format", .integer(Self.format)),
            ("artifact", try Self.value(reference)),
            ("who", object([("builder", text(person)), ("enabledBy", text(state.requested?.enabledBy))])),
            ("why", object([("reason", text(state.requested?.reason)), ("pullRequest", text(state.requested?.pullRequest))])),
            (
                "what",
                object([
                    ("feedstock", .string(opened.name)), ("commit", .string(opened.commit)), ("remoteURL", text(opened.remoteURL)),
                    ("recipeSHA256", .string(opened.recipeSHA256.hexadecimal)), ("variant", .string(planned.variant)),
                    ("variantSHA256", .string(planned.variantSHA256.hexadecimal)), ("oddities", .array(opened.oddities.map { .string($0) })),
                ])
            ),
            (
                "where",
                object([
                    ("engine", .string(planned.engine)), ("image", .string(planned.image)), ("imageID", .string(planned.imageID)),
                    ("imageDigests", .array(planned.imageDigests.map { .string($0) })), ("script", .string(planned.script)),
                    ("scriptSHA256", .string(planned.scriptSHA256.hexadecimal)),
                    ("host", .object(built.host.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })),
                ])
            ),
            (
                "when",
                object([
                    ("startedOn", .string(built.startedOn.description)), ("finishedOn", .string(built.finishedOn.description)),
                    ("attempts", .integer(Int64(variant.attempts))), ("phases", .array(try built.phases.map(Self.value))),
                ])
            ),
            ("log", try Self.value(built.log)),
            ("embedding", try artifact.embedded.map(Self.value)),
            ("matrix", .array(try artifact.cells.values.sorted { $0.cell < $1.cell }.map(Self.value))),
            ("checklists", .array(try state.answered.map(Self.value))),
            ("journal", object([("head", .string(head.hexadecimal)), ("entries", .array(try kept.map(Self.value)))])),
        ])
    }

    public var contents: Data { json.serialized(.pretty) + Data("\n".utf8) }

    private static func value(_ value: some Encodable) throws -> JSONValue { try JSONValue(parsing: try StrictJSON.encode(value)) }

    /// Whether an event is part of this artifact's story.
    private static func concerns(_ event: JournalEvent, _ artifact: WorkspaceState.Artifact, _ built: JournalEvent.Built) -> Bool {
        switch event {
        case .opened, .requested, .answered: true
        case .planned(let value): value.variant == artifact.variant
        case .buildStarted(let value): value.variant == artifact.variant
        case .built(let value): value == built
        case .buildFailed(let value): value.variant == artifact.variant
        case .embedded(let value): value == artifact.embedded
        case .cellFinished(let value): value.artifact == artifact.reference
        case .matrixFinished(let value): value.artifact == artifact.reference
        // What comes after the record cannot be in it.
        case .recorded, .signed, .logged, .uploaded, .retested, .reviewed, .promoted, .withdrawn: false
        }
    }
}
