public import Basics
import Cryptography

/// What a solver decided to install: the lock of one environment.
public struct Solution: Codable, Hashable, Sendable {
    public struct Record: Codable, Hashable, Sendable {
        public var name: String
        public var version: String
        public var build: String
        public var subdir: String
        public var url: String
        public var sha256: SHA256Digest
    }

    public var records: [Record]
    /// The SHA-256 of `lockText`: equal solutions share an environment.
    public var digest: SHA256Digest

    init(records: [Record]) {
        self.records = records
        digest = SHA256Digest(of: Self.lockText(records))
    }

    /// One line a package, `subdir name-version-build sha256`, sorted by bytes.
    static func lockText(_ records: [Record]) -> String {
        records.map { "\($0.subdir) \($0.name)-\($0.version)-\($0.build) \($0.sha256)\n" }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined()
    }
}
