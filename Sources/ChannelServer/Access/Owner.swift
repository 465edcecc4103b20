public import Basics

/// A user or organisation of the server, who owns packages: the first part of a channel's address.
public struct Owner: ParsedText {
    public let name: String

    /// Refuses what does not fit in an address and what the API uses itself.
    public init(parsing text: some StringProtocol) throws(OwnerError) {
        let name = String(text)
        let isPlain = name.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || (65...90).contains($0) || "_-.".utf8.contains($0) }
        guard !name.isEmpty, name.utf8.count <= 64, isPlain, name.first != ".", name.first != "-" else { throw .notAnOwner(name) }
        guard !Self.reserved.contains(name.lowercased()) else { throw .reserved(name) }
        self.name = name
    }

    /// The first parts of the API's own paths: an owner of that name could not be told from them.
    static let reserved: Set<String> = [
        "authentication", "authentications", "authentication-type", "channels", "commit", "copy", "dist", "download", "evidence", "feedstock-outputs",
        "label", "objects", "package", "packages", "release", "search", "stage", "t", "user",
    ]

    public var description: String { name }
}

public enum OwnerError: Explained, Hashable {
    case notAnOwner(String)
    case reserved(String)
    public var message: String {
        switch self {
        case .notAnOwner(let text): "`\(text)` is not an owner"
        case .reserved(let text): "`\(text)` cannot be an owner, because the server's own addresses begin with it"
        }
    }
    public var hint: String? { "an owner holds letters, digits, `_`, `-` and `.`, and begins with a letter, a digit or `_`" }
}
