import Basics
import Foundation
import GRDB
import SystemPackage

/// The server's database: what there is, what it is labelled, and who may do what. The bytes are in `ObjectStore`.
struct ChannelStore: Sendable {
    let database: DatabasePool

    /// Opens the database, makes it where there is none, and brings an older one up to date.
    static func create(_ path: FilePath) throws -> ChannelStore { try explained { ChannelStore(database: try migrated(path)) } }

    /// Opens a database that is there.
    static func open(_ path: FilePath) throws -> ChannelStore { try create(path) }

    private static func migrated(_ path: FilePath) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        // `init` and `token` may write while a server runs.
        configuration.busyMode = .timeout(10)
        configuration.publicStatementArguments = false
        let database = try DatabasePool(path: path.string, configuration: configuration)
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { try $0.execute(sql: schema) }
        try migrator.migrate(database)
        return database
    }

    /// Ends all connections, after those that are at work, so that nothing touches the folder any more.
    func close() throws { try Self.explained { try database.close() } }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do { return try await database.read(body) } catch let error as DatabaseError { throw Self.explain(error) }
    }

    /// One transaction: all of `body` or nothing.
    func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do { return try await database.write(body) } catch let error as DatabaseError { throw Self.explain(error) }
    }

    private static func explained<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as DatabaseError { throw explain(error) }
    }

    private static func explain(_ error: DatabaseError) -> ChannelServerError {
        .database("\(error.message ?? "no message") (\(error.extendedResultCode))")
    }

    private static let schema = """
        CREATE TABLE owner (
            name TEXT PRIMARY KEY, stagingFor TEXT REFERENCES owner(name), isClosed INTEGER NOT NULL,
            -- counts the changes that repodata shows
            revision INTEGER NOT NULL DEFAULT 0, changedAt INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE token (
            id TEXT PRIMARY KEY, digest TEXT NOT NULL, owner TEXT NOT NULL REFERENCES owner(name), scopes TEXT NOT NULL, name TEXT NOT NULL,
            createdAt INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE package (
            owner TEXT NOT NULL REFERENCES owner(name), name TEXT NOT NULL, attributes TEXT NOT NULL, createdAt INTEGER NOT NULL,
            PRIMARY KEY (owner, name)
        ) STRICT;
        CREATE TABLE release (
            owner TEXT NOT NULL, package TEXT NOT NULL, version TEXT NOT NULL, attributes TEXT NOT NULL, createdAt INTEGER NOT NULL,
            PRIMARY KEY (owner, package, version), FOREIGN KEY (owner, package) REFERENCES package(owner, name)
        ) STRICT;
        CREATE TABLE file (
            id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, package TEXT NOT NULL, version TEXT NOT NULL, subdir TEXT NOT NULL,
            fileName TEXT NOT NULL, sha256 TEXT NOT NULL, md5 TEXT NOT NULL, byteCount INTEGER NOT NULL, indexJSON TEXT NOT NULL,
            attributes TEXT NOT NULL, uploadedAt INTEGER NOT NULL, uploadedBy TEXT NOT NULL,
            UNIQUE (owner, subdir, fileName), FOREIGN KEY (owner, package, version) REFERENCES release(owner, package, version)
        ) STRICT;
        CREATE TABLE label (
            owner TEXT NOT NULL REFERENCES owner(name), name TEXT NOT NULL, isLocked INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (owner, name)
        ) STRICT;
        CREATE TABLE fileLabel (
            file INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE, owner TEXT NOT NULL, label TEXT NOT NULL,
            PRIMARY KEY (file, label), FOREIGN KEY (owner, label) REFERENCES label(owner, name)
        ) STRICT;
        -- every name that was ever published, with the only bytes that it may ever have
        CREATE TABLE published (
            owner TEXT NOT NULL, subdir TEXT NOT NULL, fileName TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (owner, subdir, fileName)
        ) STRICT;
        CREATE TABLE upload (
            id TEXT PRIMARY KEY, owner TEXT NOT NULL, package TEXT NOT NULL, version TEXT NOT NULL, subdir TEXT NOT NULL, fileName TEXT NOT NULL,
            expectedSHA256 TEXT NOT NULL, labels TEXT NOT NULL, attributes TEXT NOT NULL, by TEXT NOT NULL, expiresAt INTEGER NOT NULL,
            sha256 TEXT, md5 TEXT, byteCount INTEGER, isCommitted INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        -- all versions of all sidecars; the newest of a suffix is the one that is served
        CREATE TABLE sidecar (
            id INTEGER PRIMARY KEY AUTOINCREMENT, file INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE, suffix TEXT NOT NULL,
            version INTEGER NOT NULL, sha256 TEXT NOT NULL, byteCount INTEGER NOT NULL, addedAt INTEGER NOT NULL, addedBy TEXT NOT NULL,
            UNIQUE (file, suffix, version)
        ) STRICT;
        -- what happened, by whom, for people who look into the database
        CREATE TABLE event (
            id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, by TEXT NOT NULL, owner TEXT NOT NULL, what TEXT NOT NULL
        ) STRICT;
        """
}
