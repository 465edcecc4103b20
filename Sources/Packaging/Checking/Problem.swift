/// Something about an artifact that is not as it should be.
public struct Problem: Hashable, Sendable, Codable, CustomStringConvertible {
    public enum Code: String, Sendable, Codable, CaseIterable {
        /// The artifact cannot be read to its end, or holds a member that is refused.
        case unreadable
        /// A file that `paths.json` names and the payload does not hold.
        case missing
        /// A payload member that `paths.json` does not name.
        case unlisted
        case wrongDigest = "wrong-digest"
        case wrongSize = "wrong-size"
        case wrongType = "wrong-type"
        /// `paths.json` names a path twice, one under `info/`, or one that no archive could hold.
        case badPathsEntry = "bad-paths-entry"
        /// A symbolic link to nothing in the package.
        case danglingLink = "dangling-link"
        /// The file's name, the inner archives' names and `index.json` do not agree.
        case wrongName = "wrong-name"
        case missingInfo = "missing-info"
        case badInfo = "bad-info"
        /// A file in `info/` that CEP 34 does not know.
        case unknownInfo = "unknown-info"
    }

    public let code: Code
    /// The path in the artifact, if there is one.
    public let path: String?
    public let message: String

    public init(_ code: Code, _ path: String? = nil, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(path.map { "`\($0.shown)`: " } ?? "")\(message)" }
}
