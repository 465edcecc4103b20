public import Basics
import JSONReading
import Provenance

/// What evidence an artifact of the channel needs.
public struct RosterPolicy: Hashable, Sendable {
    /// The number of people other than the builder who must have accepted it.
    public var reviews: Int
    /// Whether reviewers must belong to another organisation than the builder.
    public var distinctOrganisations: Bool
    /// Cell to the outcome it must have had: `passed`, or `uninstallable` where a refusal is what is right.
    public var cells: [String: String]
    /// The images that builds and cells may have used, by digest; nil for any image that is named by digest.
    public var images: [SHA256Digest]?
    /// Whether every signature needs a time from a witness or a time-stamping authority.
    public var requiresTrustedTime: Bool
    /// The age in seconds that the ledger's checkpoint may have; nil for any.
    public var maximumCheckpointAge: Int64?

    public init(
        reviews: Int = 1, distinctOrganisations: Bool = false, cells: [String: String] = [:], images: [SHA256Digest]? = nil,
        requiresTrustedTime: Bool = false, maximumCheckpointAge: Int64? = nil
    ) {
        self.reviews = reviews
        self.distinctOrganisations = distinctOrganisations
        self.cells = cells
        self.images = images
        self.requiresTrustedTime = requiresTrustedTime
        self.maximumCheckpointAge = maximumCheckpointAge
    }

    init(_ object: JSONObjectReader) throws(JSONObjectReader.Complaint) {
        var reader = object
        reviews = try reader.integer("reviews")
        distinctOrganisations = try reader.bool("distinctOrganisations")
        cells = try reader.optionalTexts("cells")
        if let values = reader.optional("images") {
            guard let values = values.array else { throw .init("`policy.images` is not a list") }
            var digests: [SHA256Digest] = []
            for value in values {
                guard let digest = value.string.flatMap({ SHA256Digest(parsing: $0) }) else {
                    throw .init("`policy.images` holds something else than digests")
                }
                digests.append(digest)
            }
            images = digests
        }
        requiresTrustedTime = try reader.bool("requiresTrustedTime")
        if let age = reader.optional("maximumCheckpointAge") {
            guard let seconds = age.integer, seconds > 0 else { throw .init("`policy.maximumCheckpointAge` is not a number of seconds") }
            maximumCheckpointAge = seconds
        }
        try reader.finish()
        guard reviews >= 0 else { throw .init("`policy.reviews` is below zero") }
        for outcome in cells.values where outcome != "passed" && outcome != "uninstallable" {
            throw .init("`policy.cells` asks for the outcome `\(outcome)`, which is never good")
        }
    }

    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("reviews", .integer(Int64(reviews))), .init("distinctOrganisations", .bool(distinctOrganisations)),
            .init("cells", .object(cells.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })),
        ]
        if let images { members.append(.init("images", .array(images.map { .string($0.hexadecimal) }))) }
        members.append(.init("requiresTrustedTime", .bool(requiresTrustedTime)))
        if let maximumCheckpointAge { members.append(.init("maximumCheckpointAge", .integer(maximumCheckpointAge))) }
        return .object(members)
    }
}
