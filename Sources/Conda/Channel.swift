public import Basics

/// A label of an owner on a server: where an artifact is published, and where it is installed from.
public struct Channel: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The server's base, without a trailing slash, such as `https://conda.anaconda.org`.
    public let server: String
    public let owner: String
    public let label: Label

    public init(server: String, owner: String, label: Label) throws(ChannelError) {
        var server = server
        while server.hasSuffix("/") { server.removeLast() }
        guard server.hasPrefix("https://") || server.hasPrefix("http://"), !server.contains("@"), !server.contains("?"), !server.contains("#") else {
            throw .badServer(server)
        }
        let isPlain = owner.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || (65...90).contains($0) || "_-.".utf8.contains($0) }
        guard !owner.isEmpty, isPlain, owner.first != "." else { throw .badOwner(owner) }
        self.server = server
        self.owner = owner
        self.label = label
    }

    /// The address that conda clients take; `main` is the channel itself, every other label has a folder.
    public var url: String { label == .main ? "\(server)/\(owner)" : "\(server)/\(owner)/label/\(label)" }
    public func url(of artifact: ArtifactName, in subdir: Subdir) -> String { "\(url)/\(subdir)/\(artifact)" }
    public var description: String { url }
}

public enum ChannelError: Explained, Hashable {
    case badServer(String)
    case badOwner(String)
    public var message: String {
        switch self {
        // The text is not repeated when it holds an `@`: it may be a name and a password.
        case .badServer(let text): text.contains("@") ? "the server's address holds credentials" : "`\(text)` is not a server's address"
        case .badOwner(let text): "`\(text)` is not an owner"
        }
    }
    public var hint: String? {
        switch self {
        case .badServer: "give it as `https://host[:port][/path]`; tokens come from `--token-file` or the environment"
        case .badOwner: nil
        }
    }
}
