import Basics
import GRDB

extension ChannelStore {
    func addToken(_ id: String, digest: SHA256Digest, owner: Owner, scopes: [TokenScope], name: String) async throws {
        try await write { database in
            try database.execute(
                sql: "INSERT INTO token (id, digest, owner, scopes, name, createdAt) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    id, digest.hexadecimal, owner.name, scopes.map(\.rawValue).joined(separator: " "), name, Timestamp.now.seconds,
                ])
        }
    }

    /// Who bears this token; nil when it is unknown, or when its secret is not the one that was stored.
    func caller(bearing token: AccessToken) async throws -> Caller? {
        let id = token.id
        let found = try await read { database -> (digest: SHA256Digest, caller: Caller)? in
            guard let row = try Row.fetchOne(database, sql: "SELECT digest, owner, scopes, name FROM token WHERE id = ?", arguments: [id]),
                let digest = SHA256Digest(parsing: row["digest"] as String)
            else { return nil }
            let scopes = (row["scopes"] as String).split(separator: " ").compactMap { TokenScope(rawValue: String($0)) }
            return (digest, Caller(owner: try Owner(parsing: row["owner"] as String), scopes: Set(scopes), name: row["name"]))
        }
        guard let found, token.proves(found.digest) else { return nil }
        return found.caller
    }
}
