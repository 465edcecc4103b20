public import Basics
public import Conda

/// What the artifact itself says, read by a room that can open it; compared with what was signed.
public struct ArtifactContent: Hashable, Sendable {
    /// `subdir` of `info/index.json`.
    public var subdir: Subdir?
    /// The digest of the embedded `info/recipe`.
    public var recipeSHA256: SHA256Digest?
    /// The digest of a `.conda`'s payload member, still compressed.
    public var payloadSHA256: SHA256Digest?
    /// What is wrong with the package, in sentences; each becomes a failure.
    public var problems: [String]

    public init(subdir: Subdir? = nil, recipeSHA256: SHA256Digest? = nil, payloadSHA256: SHA256Digest? = nil, problems: [String] = []) {
        self.subdir = subdir
        self.recipeSHA256 = recipeSHA256
        self.payloadSHA256 = payloadSHA256
        self.problems = problems
    }
}
