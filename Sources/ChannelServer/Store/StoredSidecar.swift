import Basics
import Conda
import GRDB

/// One version of a sidecar of a file.
struct StoredSidecar: Codable, Hashable, Sendable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "sidecar"
    var id: Int64?
    var file: Int64
    var suffix: Sidecar
    var version: Int64
    var sha256: SHA256Digest
    var byteCount: Int64
    var addedAt: Timestamp.Seconds
    var addedBy: String

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}

/// Which evidence a file had at a moment: what a gate's verdict was about.
struct EvidenceState: Hashable, Sendable {
    /// The newest version of every kind, with its digest.
    let newest: [Sidecar: StoredSidecar]
}

extension ChannelStore {
    /// All versions, oldest first.
    func sidecars(of file: StoredFile) async throws -> [StoredSidecar] { try await read { try Self.sidecars(of: file, in: $0) } }

    static func sidecars(of file: StoredFile, in database: Database) throws -> [StoredSidecar] {
        try StoredSidecar.fetchAll(database, sql: "SELECT * FROM sidecar WHERE file = ? ORDER BY suffix, version", arguments: [file.id])
    }

    func evidenceState(of file: StoredFile) async throws -> EvidenceState { try await read { try Self.evidenceState(of: file, in: $0) } }

    static func evidenceState(of file: StoredFile, in database: Database) throws -> EvidenceState {
        EvidenceState(newest: Dictionary(try sidecars(of: file, in: database).map { ($0.suffix, $0) }, uniquingKeysWith: { $1 }))
    }

    /// Appends a version, provided that `after` is still the newest one.
    static func append(
        _ kind: Sidecar, sha256: SHA256Digest, byteCount: Int64, to file: StoredFile, after: StoredSidecar?, by: String, in database: Database
    ) throws -> StoredSidecar {
        guard let id = file.id, try evidenceState(of: file, in: database).newest[kind]?.id == after?.id else {
            throw APIFailure.evidenceChanged(file.basename)
        }
        var sidecar = StoredSidecar(
            file: id, suffix: kind, version: (after?.version ?? 0) + 1, sha256: sha256, byteCount: byteCount, addedAt: Timestamp.now.seconds,
            addedBy: by)
        try sidecar.insert(database)
        try note("added \(file.basename)\(kind.suffix) \(sha256), version \(sidecar.version)", owner: file.owner, by: by, in: database)
        return sidecar
    }
}
