public import Basics
public import Conda
import JSONReading

/// A request to copy a feedstock's outputs from staging into production (CFEP-13).
public struct FeedstockCopy: Sendable {
    public struct Output: Hashable, Sendable {
        public let path: ArtifactPath
        public let sha256: SHA256Digest
        public init(_ path: ArtifactPath, sha256: SHA256Digest) {
            self.path = path
            self.sha256 = sha256
        }
    }

    /// With the suffix `-feedstock`.
    public let feedstock: String
    public let outputs: [Output]
    /// Where the outputs are to be, and under which label.
    public let production: Channel
    public let commit: String?
    public let commentsOnError: Bool
    /// The CI service whose token it is; nil for a build by hand.
    public let provider: String?

    /// Throws `PublishingError.unfit` without outputs. `feedstock` may be given with its suffix or without.
    public init(
        feedstock: String, outputs: [Output], production: Channel, commit: String? = nil, commentsOnError: Bool = false, provider: String? = nil
    ) throws(PublishingError) {
        let isPlain = feedstock.utf8.allSatisfy {
            (48...57).contains($0) || (97...122).contains($0) || (65...90).contains($0) || "_-.".utf8.contains($0)
        }
        guard !feedstock.isEmpty, isPlain else { throw .unfit(feedstock, reason: "it is no feedstock's name") }
        guard !outputs.isEmpty else { throw .unfit(feedstock, reason: "no outputs are given") }
        self.feedstock = feedstock.hasSuffix("-feedstock") || feedstock == "staged-recipes" ? feedstock : feedstock + "-feedstock"
        self.outputs = outputs
        self.production = production
        self.commit = commit
        self.commentsOnError = commentsOnError
        self.provider = provider
    }

    /// The body of `POST /feedstock-outputs/copy`, in which the label is called `channel`.
    var json: JSONValue {
        [
            "feedstock": .string(feedstock), "outputs": .object(outputs.map { .init($0.path.description, .string($0.sha256.hexadecimal)) }),
            "channel": .string(production.label.name), "git_sha": commit.map { .string($0) } ?? .null, "comment_on_error": .bool(commentsOnError),
            "hash_type": "sha256", "provider": provider.map { .string($0) } ?? .null,
        ]
    }
}
