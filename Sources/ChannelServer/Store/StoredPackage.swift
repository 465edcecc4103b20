import Basics
import GRDB

/// A package of an owner, and what its uploader says of it.
struct StoredPackage: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "package"
    var owner: Owner
    var name: String
    /// A JSON object.
    var attributes: String
    var createdAt: Timestamp.Seconds
}

/// A version of a package.
struct StoredRelease: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "release"
    var owner: Owner
    var package: String
    var version: String
    /// A JSON object.
    var attributes: String
    var createdAt: Timestamp.Seconds
}

extension ChannelStore {
    func package(_ name: String, of owner: Owner) async throws -> StoredPackage? {
        try await read { try StoredPackage.fetchOne($0, key: ["owner": owner.name, "name": name]) }
    }

    func release(_ version: String, of package: String, of owner: Owner) async throws -> StoredRelease? {
        try await read { try StoredRelease.fetchOne($0, key: ["owner": owner.name, "package": package, "version": version]) }
    }

    func releases(of package: String, of owner: Owner) async throws -> [StoredRelease] {
        try await read {
            try StoredRelease.fetchAll(
                $0, sql: "SELECT * FROM release WHERE owner = ? AND package = ? ORDER BY rowid", arguments: [owner.name, package])
        }
    }

    func save(_ package: StoredPackage) async throws { try await write { try package.save($0) } }
    func save(_ release: StoredRelease) async throws { try await write { try release.save($0) } }

    /// Makes the package and release that `file` needs at another owner, as they are at its own.
    static func copyRelease(of file: StoredFile, to owner: Owner, in database: Database) throws {
        if var package = try StoredPackage.fetchOne(database, key: ["owner": file.owner.name, "name": file.package]) {
            package.owner = owner
            try package.insert(database, onConflict: .ignore)
        }
        let key: [String: any DatabaseValueConvertible] = ["owner": file.owner.name, "package": file.package, "version": file.version]
        if var release = try StoredRelease.fetchOne(database, key: key) {
            release.owner = owner
            try release.insert(database, onConflict: .ignore)
        }
    }

    /// Removes a release, or a whole package, that holds no file; false when it holds one.
    func removeEmpty(_ package: String, version: String?, of owner: Owner) async throws -> Bool {
        try await write { database in
            let arguments: StatementArguments = [owner.name, package, version]
            let files = try Int.fetchOne(
                database, sql: "SELECT count(*) FROM file WHERE owner = ?1 AND package = ?2 AND (?3 IS NULL OR version = ?3)", arguments: arguments)
            guard files == 0 else { return false }
            try database.execute(
                sql: "DELETE FROM release WHERE owner = ?1 AND package = ?2 AND (?3 IS NULL OR version = ?3)", arguments: arguments)
            if version == nil { try database.execute(sql: "DELETE FROM package WHERE owner = ? AND name = ?", arguments: [owner.name, package]) }
            return true
        }
    }
}
