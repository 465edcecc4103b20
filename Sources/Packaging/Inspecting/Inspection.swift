public import Basics
public import Conda
public import Cryptography
public import JSONReading

/// All that can be seen of an artifact without running anything of it.
public struct Inspection: Sendable, Encodable {
    public struct InnerMember: Hashable, Sendable, Codable {
        public let name: String
        public let digests: FileDigests
    }
    public struct ListedFile: Hashable, Sendable, Codable {
        public let path: String
        public let byteCount: Int64
        public let sha256: SHA256Digest
        public init(path: String, byteCount: Int64, sha256: SHA256Digest) {
            self.path = path
            self.byteCount = byteCount
            self.sha256 = sha256
        }
    }
    public struct PrefixFile: Hashable, Sendable, Codable {
        public let path: String
        /// `text` or `binary`.
        public let mode: String
        public let placeholder: String
    }
    /// What an ELF file asks of the system that it runs on.
    public struct ELFFile: Hashable, Sendable, Codable {
        public let path: String
        public let facts: ELFFacts
    }

    public let fileName: String
    public let format: ArchiveFormat
    public let digests: FileDigests
    /// The members of a `.conda`'s ZIP; none for a `.tar.bz2`.
    public let innerMembers: [InnerMember]
    public let index: IndexJSON
    /// `info/about.json` as it was written.
    public let about: JSONValue?
    /// CEP 31's keys in `about.json`'s `extra`: `sha`, `remote_url`, `flow_run_id`; only those that are there and not empty.
    public let provenance: [String: String]
    public let recipeFiles: [ListedFile]
    public let recipeDigest: SHA256Digest?
    public let testFiles: [String]
    public let licenseFiles: [String]
    /// Payload files, links included.
    public let fileCount: Int
    public let payloadBytes: Int64
    public let infoBytes: Int64
    public let largestFiles: [ListedFile]
    public let elfFiles: [ELFFile]
    /// The highest version of each symbol namespace (`GLIBC`, `GLIBCXX`, `CXXABI`, …) that any ELF file needs.
    public let symbolVersions: [String: String]
    /// Run dependencies on names that begin with `__`.
    public let virtualPackages: [String]
    public let prefixFiles: [PrefixFile]
}
