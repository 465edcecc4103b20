import Basics
import Conda
import GRDB
import JSONReading

/// A published file: its names, its digests, and what it says of itself.
struct StoredFile: Codable, Hashable, Sendable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "file"
    var id: Int64?
    var owner: Owner
    var package: String
    var version: String
    var subdir: Subdir
    var fileName: ArtifactName
    var sha256: SHA256Digest
    var md5: MD5Digest
    var byteCount: Int64
    /// `info/index.json` as it was read from the bytes.
    var indexJSON: String
    /// What the uploader said of it when staging: `description`, `dependencies`, `attrs`.
    var attributes: String
    var uploadedAt: Timestamp.Seconds
    var uploadedBy: String

    var basename: Basename { Basename(subdir: subdir, artifact: fileName) }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}

/// A file with the labels that it carries, sorted.
struct LabelledFile: Hashable, Sendable {
    var file: StoredFile
    var labels: [Label]
}

extension ChannelStore {
    func file(_ basename: Basename, of owner: Owner) async throws -> LabelledFile? { try await read { try Self.file(basename, of: owner, in: $0) } }

    static func file(_ basename: Basename, of owner: Owner, in database: Database) throws -> LabelledFile? {
        let file = try StoredFile.fetchOne(
            database, sql: "SELECT * FROM file WHERE owner = ? AND subdir = ? AND fileName = ?",
            arguments: [owner.name, basename.subdir.name, basename.artifact.fileName])
        return try file.map { LabelledFile(file: $0, labels: try labels(of: $0, in: database)) }
    }

    static func labels(of file: StoredFile, in database: Database) throws -> [Label] {
        try String.fetchAll(database, sql: "SELECT label FROM fileLabel WHERE file = ? ORDER BY label", arguments: [file.id]).map {
            try Label(parsing: $0)
        }
    }

    /// The files that match every part that is given.
    func files(
        of owner: Owner, package: String? = nil, version: String? = nil, basename: Basename? = nil, label: Label? = nil
    ) async throws -> [LabelledFile] {
        try await read { database in
            let files = try StoredFile.fetchAll(
                database,
                sql: """
                    SELECT * FROM file WHERE owner = ? AND (?2 IS NULL OR package = ?2) AND (?3 IS NULL OR version = ?3)
                    AND (?4 IS NULL OR subdir = ?4) AND (?5 IS NULL OR fileName = ?5)
                    AND (?6 IS NULL OR id IN (SELECT file FROM fileLabel WHERE label = ?6)) ORDER BY subdir, fileName
                    """,
                arguments: [owner.name, package, version, basename?.subdir.name, basename?.artifact.fileName, label?.name])
            return try files.map { LabelledFile(file: $0, labels: try Self.labels(of: $0, in: database)) }
        }
    }

    /// The bytes that this name stands for for ever, if it was ever published.
    static func publishedDigest(_ basename: Basename, of owner: Owner, in database: Database) throws -> SHA256Digest? {
        try String.fetchOne(
            database, sql: "SELECT sha256 FROM published WHERE owner = ? AND subdir = ? AND fileName = ?",
            arguments: [owner.name, basename.subdir.name, basename.artifact.fileName]
        ).flatMap { SHA256Digest(parsing: $0) }
    }

    /// Publishes a file under labels; throws `APIFailure` when the name is taken.
    ///
    /// A publishing owner remembers the name with its bytes for ever; a staging owner does not.
    static func publish(_ file: StoredFile, labels: [Label], by: String, in database: Database) throws -> StoredFile {
        guard try Self.file(file.basename, of: file.owner, in: database) == nil else { throw APIFailure.exists(file.basename, of: file.owner) }
        let isStaging = try StoredOwner.fetchOne(database, key: file.owner.name)?.isStaging ?? false
        if !isStaging {
            if let digest = try publishedDigest(file.basename, of: file.owner, in: database), digest != file.sha256 {
                throw APIFailure.publishedOtherwise(file.basename, of: file.owner)
            }
            try database.execute(
                sql: "INSERT OR IGNORE INTO published (owner, subdir, fileName, sha256) VALUES (?, ?, ?, ?)",
                arguments: [file.owner.name, file.subdir.name, file.fileName.fileName, file.sha256.hexadecimal])
        }
        var file = file
        file.id = nil
        try file.insert(database)
        for label in labels { try add(label, to: file, in: database) }
        try touch(file.owner, in: database)
        try note(
            "published \(file.basename) \(file.sha256) on \(labels.map(\.name).joined(separator: ", "))", owner: file.owner, by: by, in: database)
        return file
    }

    func remove(_ file: StoredFile, by: String) async throws {
        try await write { database in
            try StoredFile.deleteOne(database, key: file.id)
            try Self.touch(file.owner, in: database)
            try Self.note("removed \(file.basename) \(file.sha256)", owner: file.owner, by: by, in: database)
        }
    }
}
