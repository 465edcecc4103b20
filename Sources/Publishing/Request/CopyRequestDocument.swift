public import Basics
public import Conda

/// The file by which conda-forge's `admin-requests` is asked to copy artifacts out of a delegate's channel (CFEP-3).
public struct CopyRequestDocument: Hashable, Sendable {
    public struct Item: Hashable, Sendable {
        /// The delegate's channel, with the label that the artifact has there.
        public let channel: Channel
        public let path: ArtifactPath
        public let sha256: SHA256Digest
        public init(_ path: ArtifactPath, at channel: Channel, sha256: SHA256Digest) {
            self.path = path
            self.channel = channel
            self.sha256 = sha256
        }

        /// `owner[/label/LABEL]/subdir/file`, as the request names it.
        var package: String { "\(channel.owner)" + (channel.label == .main ? "" : "/label/\(channel.label)") + "/\(path)" }
    }

    public let items: [Item]
    /// The label in production.
    public let label: Label

    /// Throws `PublishingError.unfit` for no items and for an artifact that is named twice.
    public init(items: [Item], label: Label = .main) throws(PublishingError) {
        guard !items.isEmpty else { throw .unfit("the request", reason: "it names no artifact") }
        var seen: Set<ArtifactPath> = []
        for item in items where !seen.insert(item.path).inserted { throw .unfit(item.path.description, reason: "it is named twice") }
        self.items = items.sorted { ($0.path.name.package, $0.path.description) < ($1.path.name.package, $1.path.description) }
        self.label = label
    }

    /// The YAML of `requests/NAME.yml`.
    ///
    /// Digests are quoted: one of digits alone, or of digits around one `e`, would be read as a number.
    public var yaml: String {
        var lines = ["action: cfep3_copy", "anaconda_org_packages:"]
        for item in items { lines += ["  - package: \(item.package)", "    sha256: \"\(item.sha256)\""] }
        if label != .main { lines.append("to_anaconda_org_label: \(label)") }
        return lines.joined(separator: "\n") + "\n"
    }
}
