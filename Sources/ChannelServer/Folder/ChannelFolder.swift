import Conda
import Cryptography
import Files
import Foundation
public import SystemPackage

/// The folder that holds everything a server keeps: its database, the files' bytes, the registry, the tokens.
///
///     channel.sqlite        what there is and who may do what; of tokens only hashes
///     objects/ab/abcdef…    files' bytes, named by their SHA-256
///     incoming/             uploads that are not committed
///     registry/outputs/     which feedstock may publish which name
///     registry/tokens/      salted hashes of feedstock tokens
///     tokens/               the tokens that `create` made, one a file, mode 0600
///     signing-key           what signs upload forms, mode 0600
public struct ChannelFolder: Sendable {
    public let path: FilePath

    /// Makes the folder (mode 0700), its owners and a set of tokens, or adds to the folder what it lacks.
    ///
    /// The first of `owners` is the one that `staging` feeds. Only tokens that were made by this call are returned; those
    /// that are there already stay as they are. Owners in `closed` show what they have only to tokens with `read`.
    public static func create(
        at path: FilePath, owners: [Owner], staging: Owner? = nil, closed: Set<Owner> = []
    ) async throws -> (folder: ChannelFolder, issued: [IssuedToken]) {
        guard let production = owners.first else { throw ChannelServerError.noOwner }
        if let staging, owners.contains(staging) { throw ChannelServerError.stagingIsOwner(staging) }
        let folder = ChannelFolder(path: path)
        try path.createPrivateDirectory()
        for name in ["objects", "incoming", "tokens", "registry"] { try path.appending(name).createPrivateDirectory() }
        if !folder.signingKeyPath.exists {
            try folder.signingKeyPath.replaceContents(with: Data(RandomBytes.make(32)), permissions: .ownerReadWrite)
        }
        let store = try ChannelStore.create(folder.databasePath)
        defer { try? store.close() }
        if let staging, let had = try await store.staging()?.owner, had != staging { throw ChannelServerError.stagingDiffers(staging, had: had) }
        for owner in owners { try await store.addOwner(owner, stagingFor: nil, isClosed: closed.contains(owner)) }
        if let staging { try await store.addOwner(staging, stagingFor: production, isClosed: closed.contains(staging)) }

        var issued: [IssuedToken] = []
        func issue(_ owner: Owner, _ name: String, _ scopes: [TokenScope]) async throws {
            guard !folder.tokenPath(owner, name).exists else { return }
            issued.append(try await folder.issueToken(for: owner, scopes: scopes, named: name))
        }
        for owner in owners {
            // With a staging owner in front, nobody needs to upload straight into production.
            if owner != production || staging == nil { try await issue(owner, "upload", [.read, .upload, .evidence]) }
            try await issue(owner, "evidence", [.read, .evidence])
            try await issue(owner, "promote", [.read, .evidence, .promote])
            try await issue(owner, "read", [.read])
        }
        if let staging { try await issue(staging, "upload", [.read, .upload, .evidence]) }
        return (folder, issued)
    }

    /// The folder at `path`, which `create` must have made.
    public static func open(_ path: FilePath) throws(ChannelServerError) -> ChannelFolder {
        let folder = ChannelFolder(path: path)
        guard folder.databasePath.isRegularFile, folder.signingKeyPath.isRegularFile else { throw .notAChannelFolder(path) }
        return folder
    }

    /// Makes a token and writes its text to `tokens/OWNER.NAME.token`; the database gets its hash.
    public func issueToken(for owner: Owner, scopes: [TokenScope], named name: String) async throws -> IssuedToken {
        // A token's name is part of a file name, so it is held to a label's letters.
        guard (try? Label(parsing: name)) != nil else { throw ChannelServerError.badName(what: "a name for a token", text: name) }
        let target = tokenPath(owner, name)
        guard !target.exists else { throw ChannelServerError.tokenExists(target) }
        let store = try ChannelStore.open(databasePath)
        defer { try? store.close() }
        guard try await store.owner(owner) != nil else { throw ChannelServerError.unknownOwner(owner, path) }
        let token = try AccessToken.generate()
        let scopes = Set(scopes).sorted()
        try await store.addToken(token.id, digest: token.digest, owner: owner, scopes: scopes, name: "\(owner).\(name)")
        try target.replaceContents(with: token.text + "\n", permissions: .ownerReadWrite)
        return IssuedToken(owner: owner, scopes: scopes, path: target)
    }

    /// Makes a token for a feedstock, keeps its salted hash beside earlier ones, and writes its text to `target`, or to
    /// `tokens/FEEDSTOCK.feedstock.token`.
    public func issueFeedstockToken(for feedstock: String, at target: FilePath? = nil) throws -> FilePath {
        let target = target ?? path.appending("tokens/\(feedstock).feedstock.token")
        guard !target.exists else { throw ChannelServerError.tokenExists(target) }
        let text = try FeedstockTokens(folder: registryPath).issue(for: feedstock)
        try target.replaceContents(with: text + "\n", permissions: .ownerReadWrite)
        return target
    }

    /// Lets a feedstock publish packages of a name.
    public func registerOutput(_ package: String, to feedstock: String) throws {
        try OutputRegistry(folder: registryPath).register(package, to: feedstock)
    }

    var databasePath: FilePath { path.appending("channel.sqlite") }
    var signingKeyPath: FilePath { path.appending("signing-key") }
    var registryPath: FilePath { path.appending("registry") }
    var incomingPath: FilePath { path.appending("incoming") }
    var objectsPath: FilePath { path.appending("objects") }
    var lockPath: FilePath { path.appending("server.lock") }
    /// Where `create` and `issueToken` leave the text of the token called `name`.
    public func tokenPath(_ owner: Owner, _ name: String) -> FilePath { path.appending("tokens/\(owner).\(name).token") }
}
