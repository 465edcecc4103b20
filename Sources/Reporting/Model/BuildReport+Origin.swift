public import Basics

extension BuildReport {
    /// Who asked for the build and why, and which recipe it was made from.
    public struct Origin: Hashable, Sendable, Codable {
        public var feedstock: String
        /// The commit's full name.
        public var commit: String
        public var branch: String?
        public var remoteURL: String?
        public var pullRequest: String?
        public var reason: String?
        public var enabledBy: String?
        public var builder: String?
        /// The digest of the recipe folder (in-toto's `dirHash`).
        public var recipeSHA256: SHA256Digest?
        /// Owner and label, such as `conda-forge/label/manual`.
        public var channel: String?
        /// What was odd about the checkout.
        public var oddities: [String]

        public init(
            feedstock: String, commit: String, branch: String? = nil, remoteURL: String? = nil, pullRequest: String? = nil, reason: String? = nil,
            enabledBy: String? = nil, builder: String? = nil, recipeSHA256: SHA256Digest? = nil, channel: String? = nil, oddities: [String] = []
        ) {
            self.feedstock = feedstock
            self.commit = commit
            self.branch = branch
            self.remoteURL = remoteURL
            self.pullRequest = pullRequest
            self.reason = reason
            self.enabledBy = enabledBy
            self.builder = builder
            self.recipeSHA256 = recipeSHA256
            self.channel = channel
            self.oddities = oddities
        }
    }

    /// One package file.
    public struct Artifact: Hashable, Sendable, Codable {
        public var subdir: String
        public var fileName: String
        public var sha256: SHA256Digest
        public var byteCount: Int64
        public var variant: String
        /// Relative; nil when the file is not beside the report.
        public var path: String?
        /// The digest of the payload's compressed bytes, which embedding the recipe must not change.
        public var payloadSHA256: SHA256Digest?

        public init(
            subdir: String, fileName: String, sha256: SHA256Digest, byteCount: Int64, variant: String, path: String? = nil,
            payloadSHA256: SHA256Digest? = nil
        ) {
            self.subdir = subdir
            self.fileName = fileName
            self.sha256 = sha256
            self.byteCount = byteCount
            self.variant = variant
            self.path = path
            self.payloadSHA256 = payloadSHA256
        }
    }

    /// A file with its digest.
    public struct File: Hashable, Sendable, Codable {
        public var path: String
        public var sha256: SHA256Digest
        public var byteCount: Int64

        public init(_ path: String, sha256: SHA256Digest, byteCount: Int64) {
            self.path = path
            self.sha256 = sha256
            self.byteCount = byteCount
        }
    }
}
