public import Conda

/// Where an artifact lies in a channel: its subdir and its name.
public struct ArtifactPath: Hashable, Sendable, Codable, CustomStringConvertible {
    public let subdir: Subdir
    public let name: ArtifactName

    public init(_ name: ArtifactName, in subdir: Subdir) {
        self.subdir = subdir
        self.name = name
    }

    /// Reads `subdir/name-version-build.extension`; nil for anything else.
    public init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        do {
            subdir = try Subdir(parsing: parts[0])
            name = try ArtifactName(parsing: parts[1])
        } catch { return nil }
    }

    public var description: String { "\(subdir)/\(name)" }
}
