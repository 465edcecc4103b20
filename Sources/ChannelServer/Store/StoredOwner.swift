import Basics
import GRDB

/// An owner as the database knows it.
struct StoredOwner: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "owner"
    var name: Owner
    /// The owner that this one feeds; nil for one that publishes.
    var stagingFor: Owner?
    var isClosed: Bool
    var revision: Int64 = 0
    var changedAt: Timestamp.Seconds = 0

    var owner: Owner { name }
    /// Labels of a staging owner are wishes, its files may be removed by their uploader, and no conda client installs from it.
    var isStaging: Bool { stagingFor != nil }
}

extension Timestamp {
    typealias Seconds = Int64
}

extension ChannelStore {
    func owner(_ owner: Owner) async throws -> StoredOwner? { try await read { try StoredOwner.fetchOne($0, key: owner.name) } }

    /// The staging owner, of which there is at most one.
    func staging() async throws -> StoredOwner? {
        try await read { try StoredOwner.fetchOne($0, sql: "SELECT * FROM owner WHERE stagingFor IS NOT NULL") }
    }

    /// Adds an owner, or leaves the one that is there.
    func addOwner(_ owner: Owner, stagingFor: Owner?, isClosed: Bool) async throws {
        try await write { database in
            try StoredOwner(name: owner, stagingFor: stagingFor, isClosed: isClosed).insert(database, onConflict: .ignore)
            try database.execute(sql: "INSERT OR IGNORE INTO label (owner, name) VALUES (?, 'main')", arguments: [owner.name])
        }
    }

    /// Says that what the owner's repodata shows has changed.
    static func touch(_ owner: Owner, in database: Database) throws {
        try database.execute(
            sql: "UPDATE owner SET revision = revision + 1, changedAt = ? WHERE name = ?", arguments: [Timestamp.now.seconds, owner.name])
    }

    static func note(_ what: String, owner: Owner, by: String, in database: Database) throws {
        try database.execute(
            sql: "INSERT INTO event (at, by, owner, what) VALUES (?, ?, ?, ?)", arguments: [Timestamp.now.seconds, by, owner.name, what])
    }
}
