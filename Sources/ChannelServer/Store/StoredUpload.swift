import Basics
import Conda
import GRDB

/// An upload between `stage` and `commit`.
struct StoredUpload: Codable, Hashable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "upload"
    var id: String
    var owner: Owner
    var package: String
    var version: String
    var subdir: Subdir
    var fileName: ArtifactName
    var expectedSHA256: SHA256Digest
    /// Separated by spaces.
    var labels: String
    var attributes: String
    var by: String
    var expiresAt: Timestamp.Seconds
    /// What came in with the object post; nil before it.
    var sha256: SHA256Digest?
    var md5: MD5Digest?
    var byteCount: Int64?
    var isCommitted = false

    var basename: Basename { Basename(subdir: subdir, artifact: fileName) }
    func parsedLabels() throws -> [Label] { try labels.split(separator: " ").map { try Label(parsing: $0) } }
}

extension ChannelStore {
    func upload(_ id: String) async throws -> StoredUpload? { try await read { try StoredUpload.fetchOne($0, key: id) } }

    func save(_ upload: StoredUpload) async throws { try await write { try upload.save($0) } }

    /// Keeps a staged upload in place of an earlier one of the same name that never came to an end; returns the ids of those.
    ///
    /// Throws when one of them is in `busy`: a request is at work on it.
    func stage(_ upload: StoredUpload, unlessBusy busy: Set<String>) async throws -> [String] {
        try await write { database in
            let earlier = try String.fetchAll(
                database, sql: "SELECT id FROM upload WHERE owner = ? AND subdir = ? AND fileName = ? AND NOT isCommitted",
                arguments: [upload.owner.name, upload.subdir.name, upload.fileName.fileName])
            guard busy.isDisjoint(with: earlier) else { throw APIFailure.exists(upload.basename, of: upload.owner) }
            for id in earlier { try StoredUpload.deleteOne(database, key: id) }
            try upload.insert(database)
            return earlier
        }
    }

    /// Publishes an upload's file and remembers that it was done.
    func commit(_ upload: StoredUpload, as file: StoredFile, labels: [Label], by: String) async throws -> LabelledFile {
        try await write { database in
            let file = try Self.publish(file, labels: labels, by: by, in: database)
            var upload = upload
            upload.isCommitted = true
            try upload.update(database)
            return LabelledFile(file: file, labels: try Self.labels(of: file, in: database))
        }
    }

    /// The digests of all bytes that a file or a sidecar names.
    func namedObjects() async throws -> Set<String> {
        try await read { try String.fetchSet($0, sql: "SELECT sha256 FROM file UNION SELECT sha256 FROM sidecar") }
    }

    /// Forgets uploads that ran out of time; returns the ids of those that remain.
    func forgetExpiredUploads(at time: Timestamp) async throws -> [String] {
        try await write { database in
            try database.execute(sql: "DELETE FROM upload WHERE expiresAt < ?", arguments: [time.seconds])
            return try String.fetchAll(database, sql: "SELECT id FROM upload")
        }
    }
}
