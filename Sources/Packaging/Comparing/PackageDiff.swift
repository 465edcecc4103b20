public import Basics
public import JSONReading

/// How two artifacts differ in what they hold; how they are packed does not count.
///
/// This is what an independent rebuild is judged by: `isSamePayload` says that every file has the same bytes.
public struct PackageDiff: Sendable, Encodable {
    public struct Side: Hashable, Sendable, Codable {
        public let fileName: String
        public let sha256: SHA256Digest
        public let byteCount: Int64
    }
    public struct FileChange: Hashable, Sendable, Codable {
        public let path: String
        /// What it is: `file`, `folder`, `symbolic link`, with the target of a link.
        public let oldKind: String
        public let newKind: String
        public let oldSize: Int64
        public let newSize: Int64
        public let oldSHA256: SHA256Digest?
        public let newSHA256: SHA256Digest?
        /// Permission bits, if they differ.
        public let oldMode: UInt32?
        public let newMode: UInt32?
    }
    public struct ListedFile: Hashable, Sendable, Codable {
        public let path: String
        public let kind: String
        public let size: Int64
        public let sha256: SHA256Digest?
    }
    public struct ELFChange: Hashable, Sendable, Codable {
        public let path: String
        public let neededAdded: [String]
        public let neededRemoved: [String]
        public let exportedAdded: [String]
        public let exportedRemoved: [String]
        /// `GLIBC: 2.17 → 2.34`.
        public let versions: [String]
        public var isEmpty: Bool {
            neededAdded.isEmpty && neededRemoved.isEmpty && exportedAdded.isEmpty && exportedRemoved.isEmpty && versions.isEmpty
        }
    }
    /// A value in `index.json` or `about.json`, by its path; nil where it is not there.
    public struct ValueChange: Hashable, Sendable, Encodable {
        public let file: String
        public let key: String
        public let old: JSONValue?
        public let new: JSONValue?
    }

    public let old: Side
    public let new: Side
    /// The same members with the same bytes, kinds, targets and permissions, whatever their order, times and compression.
    public let isSamePayload: Bool
    public let added: [ListedFile]
    public let removed: [ListedFile]
    public let changed: [FileChange]
    public let elf: [ELFChange]
    public let metadata: [ValueChange]
    public let infoAdded: [String]
    public let infoRemoved: [String]
    /// Files of `info/` with other bytes, the recipe's among them.
    public let infoChanged: [String]
}
