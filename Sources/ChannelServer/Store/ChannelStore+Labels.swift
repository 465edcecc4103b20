import Conda
import GRDB

/// A label of an owner and how many files carry it.
struct LabelCount: Sendable {
    let label: Label
    let isLocked: Bool
    let fileCount: Int
}

extension ChannelStore {
    func labels(of owner: Owner) async throws -> [LabelCount] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT name, isLocked, (SELECT count(*) FROM fileLabel WHERE fileLabel.owner = label.owner AND label = name) AS files
                    FROM label WHERE owner = ? ORDER BY name
                    """, arguments: [owner.name]
            ).map { LabelCount(label: try Label(parsing: $0["name"] as String), isLocked: $0["isLocked"], fileCount: $0["files"]) }
        }
    }

    static func isLocked(_ label: Label, of owner: Owner, in database: Database) throws -> Bool {
        try Bool.fetchOne(database, sql: "SELECT isLocked FROM label WHERE owner = ? AND name = ?", arguments: [owner.name, label.name]) ?? false
    }

    static func add(_ label: Label, to file: StoredFile, in database: Database) throws {
        guard try !isLocked(label, of: file.owner, in: database) else { throw APIFailure.locked(label, of: file.owner) }
        try database.execute(sql: "INSERT OR IGNORE INTO label (owner, name) VALUES (?, ?)", arguments: [file.owner.name, label.name])
        try database.execute(
            sql: "INSERT OR IGNORE INTO fileLabel (file, owner, label) VALUES (?, ?, ?)", arguments: [file.id, file.owner.name, label.name])
    }

    /// Gives a file a label, provided that its evidence is still what the gate saw (`evidence`).
    func add(_ label: Label, to file: StoredFile, evidence: EvidenceState?, by: String) async throws {
        try await write { database in
            guard try StoredFile.fetchOne(database, key: file.id)?.sha256 == file.sha256 else { throw APIFailure.notFound("`\(file.basename)`") }
            if let evidence, try Self.evidenceState(of: file, in: database) != evidence { throw APIFailure.evidenceChanged(file.basename) }
            try Self.add(label, to: file, in: database)
            try Self.touch(file.owner, in: database)
            try Self.note("added label \(label) to \(file.basename) \(file.sha256)", owner: file.owner, by: by, in: database)
        }
    }

    /// Takes a label away, but never the last one: a file without a label could not be found again.
    func remove(_ label: Label, from file: StoredFile, by: String) async throws {
        try await write { database in
            guard try !Self.isLocked(label, of: file.owner, in: database) else { throw APIFailure.locked(label, of: file.owner) }
            let labels = try Self.labels(of: file, in: database)
            guard labels.contains(label) else { return }
            guard labels.count > 1 else { throw APIFailure.lastLabel(label, file.basename) }
            try database.execute(sql: "DELETE FROM fileLabel WHERE file = ? AND label = ?", arguments: [file.id, label.name])
            try Self.touch(file.owner, in: database)
            try Self.note("removed label \(label) from \(file.basename) \(file.sha256)", owner: file.owner, by: by, in: database)
        }
    }

    func setLocked(_ isLocked: Bool, _ label: Label, of owner: Owner, by: String) async throws {
        try await write { database in
            try database.execute(
                sql: "INSERT INTO label (owner, name, isLocked) VALUES (?1, ?2, ?3) ON CONFLICT (owner, name) DO UPDATE SET isLocked = ?3",
                arguments: [owner.name, label.name, isLocked])
            try Self.note("\(isLocked ? "locked" : "unlocked") label \(label)", owner: owner, by: by, in: database)
        }
    }
}
