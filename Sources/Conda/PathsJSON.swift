public import Basics

/// `info/paths.json`: every file of the payload with its digest and size (CEP 34).
public struct PathsJSON: Hashable, Sendable, Codable {
    public enum Kind: String, Sendable, Codable { case hardlink, softlink, directory }

    public struct Entry: Hashable, Sendable, Codable {
        /// Relative to the prefix, with `/`.
        public var path: String
        public var kind: Kind
        public var sha256: SHA256Digest?
        public var size: Int64?
        /// `text` or `binary`: how the placeholder is replaced at install time.
        public var fileMode: String?
        public var prefixPlaceholder: String?
        public var noLink: Bool?

        enum CodingKeys: String, CodingKey {
            case path = "_path"
            case kind = "path_type"
            case sha256
            case size = "size_in_bytes"
            case fileMode = "file_mode"
            case prefixPlaceholder = "prefix_placeholder"
            case noLink = "no_link"
        }

        public init(path: String, kind: Kind, sha256: SHA256Digest?, size: Int64?, fileMode: String? = nil, prefixPlaceholder: String? = nil) {
            self.path = path
            self.kind = kind
            self.sha256 = sha256
            self.size = size
            self.fileMode = fileMode
            self.prefixPlaceholder = prefixPlaceholder
            noLink = nil
        }
    }

    public var version: Int
    public var paths: [Entry]

    enum CodingKeys: String, CodingKey {
        case version = "paths_version"
        case paths
    }

    public init(version: Int = 1, paths: [Entry]) {
        self.version = version
        self.paths = paths
    }
}
