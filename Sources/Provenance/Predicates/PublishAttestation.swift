public import Conda
public import JSONReading

/// Where an artifact was meant to be published: CEP 27's attestation, for an upload and again for a promotion.
public struct PublishAttestation: Hashable, Sendable {
    public static let type = "https://schemas.conda.org/attestations-publish-1.schema.json"

    /// The channel's address, label and all, without a trailing slash; CEP 27 lets it be absent.
    public var targetChannel: String?

    public init(target: Channel) { targetChannel = target.url }
    public init(targetChannel: String?) { self.targetChannel = targetChannel }

    public init(_ value: JSONValue) throws(JSONObjectReader.Complaint) {
        guard value != .null else {
            targetChannel = nil
            return
        }
        var reader = try JSONObjectReader(value, path: "predicate")
        let target = try reader.string("targetChannel")
        try reader.finish()
        let isAddress = target.hasPrefix("https://") || target.hasPrefix("http://")
        guard isAddress, !target.hasSuffix("/"), !target.contains(where: { "@?# ".contains($0) }) else {
            throw .init("`predicate.targetChannel` is not the address of a channel")
        }
        targetChannel = target
    }

    public var json: JSONValue { targetChannel.map { ["targetChannel": .string($0)] } ?? .null }
}
