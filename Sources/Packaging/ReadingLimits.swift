/// How much is read of an artifact that nobody has vouched for yet.
///
/// They hold whatever the file says of itself: sizes are counted as bytes come, never believed.
public struct ReadingLimits: Hashable, Sendable {
    /// The limits' names, as options and errors spell them.
    public enum Name: String, Sendable {
        case members = "max-members"
        case bytes = "max-bytes"
        case memberBytes = "max-member-bytes"
        case ratio = "max-ratio"
        case infoBytes = "max-info-bytes"
        case pathBytes = "max-path-bytes"
    }

    /// Members of both inner archives together.
    public var members: Int
    /// Unpacked bytes of both inner archives together.
    public var bytes: Int64
    /// Unpacked bytes of one member.
    public var memberBytes: Int64
    /// Unpacked to packed bytes, judged once more than 64 MiB have been unpacked.
    public var ratio: Int64
    /// Unpacked bytes of all of `info/`.
    public var infoBytes: Int64
    /// The length of one path.
    public var pathBytes: Int

    public init(
        members: Int = 400_000, bytes: Int64 = 64 << 30, memberBytes: Int64 = 32 << 30, ratio: Int64 = 1000, infoBytes: Int64 = 256 << 20,
        pathBytes: Int = 1024
    ) {
        self.members = members
        self.bytes = bytes
        self.memberBytes = memberBytes
        self.ratio = ratio
        self.infoBytes = infoBytes
        self.pathBytes = pathBytes
    }
}
