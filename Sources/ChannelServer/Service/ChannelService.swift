import Basics
import Conda
import Files
import Foundation
import Hummingbird
import JSONReading
import Synchronization
import SystemPackage

/// What the server does, call by call; its extensions hold a family of calls each.
final class ChannelService: Sendable {
    let configuration: ChannelServerConfiguration
    let folder: ChannelFolder
    let store: ChannelStore
    let objects: ObjectStore
    let registry: OutputRegistry
    let feedstockTokens: FeedstockTokens
    let authentication: MessageAuthentication
    let repodata = RepodataCache()
    /// Where clients reach the server; known once it listens.
    let address = Mutex("")
    /// The uploads that a request is at work on.
    let busyUploads = Mutex<Set<String>>([])

    init(configuration: ChannelServerConfiguration, folder: ChannelFolder) throws {
        self.configuration = configuration
        self.folder = folder
        store = try ChannelStore.open(folder.databasePath)
        objects = ObjectStore(folder: folder.objectsPath)
        registry = OutputRegistry(folder: folder.registryPath)
        feedstockTokens = FeedstockTokens(folder: folder.registryPath)
        authentication = MessageAuthentication(key: Array(try folder.signingKeyPath.contents(limit: 4096)))
    }

    /// Removes what interrupted uploads left behind: expired ones, and bytes that nothing names.
    func removeLeftovers() async throws {
        let kept = Set(try await store.forgetExpiredUploads(at: .now))
        for path in try folder.incomingPath.children() where !kept.contains(path.lastComponent?.string ?? "") { try path.removeAll() }
        let named = try await store.namedObjects()
        for shelf in try objects.folder.children() {
            for path in try shelf.children() where !named.contains(path.lastComponent?.string ?? "") { try path.removeAll() }
        }
    }

    /// Resolves a request's token. A request with a bad token is refused even where none is needed: its sender is mistaken.
    func caller(bearing text: String?) async throws -> Caller? {
        guard let text else { return nil }
        guard let token = AccessToken(parsing: text), let caller = try await store.caller(bearing: token) else { throw APIFailure.unauthorized }
        return caller
    }

    /// The owner, provided that the caller may see it.
    func visible(_ owner: Owner, to caller: Caller?) async throws -> StoredOwner {
        guard let stored = try await store.owner(owner) else { throw APIFailure.notFound("user `\(owner)`") }
        if stored.isClosed {
            guard let caller else { throw APIFailure.unauthorized }
            guard caller.may(.read, on: owner) else { throw APIFailure.forbidden(.read, owner) }
        }
        return stored
    }

    /// The owner, provided that the caller may do this to it.
    func permitted(_ scope: TokenScope, on owner: Owner, to caller: Caller?) async throws -> (owner: StoredOwner, caller: Caller) {
        guard let caller else { throw APIFailure.unauthorized }
        let stored = try await visible(owner, to: caller)
        // A staging owner's uploader also keeps its labels and files in order.
        guard caller.may(scope, on: owner) || stored.isStaging && scope == .promote && caller.may(.upload, on: owner) else {
            throw APIFailure.forbidden(scope, owner)
        }
        return (stored, caller)
    }

    func file(_ basename: Basename, of owner: Owner) async throws -> LabelledFile {
        guard let file = try await store.file(basename, of: owner) else { throw APIFailure.notFound("`\(basename)` of `\(owner)`") }
        return file
    }

    /// A request's body as strict JSON; no body is an empty object.
    func json(of request: Request) async throws -> JSONValue {
        let limit = 4 << 20
        var bytes: [UInt8] = []
        for try await buffer in request.body {
            guard bytes.count + buffer.readableBytes <= limit else { throw APIFailure(.contentTooLarge, "the body is larger than \(limit) bytes") }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        guard !bytes.isEmpty else { return [:] }
        do {
            let value = try JSONValue(parsing: Data(bytes))
            guard value.object != nil else { throw APIFailure(.badRequest, "the body is not a JSON object") }
            return value
        } catch let error as JSONError { throw APIFailure(.badRequest, "the body is not JSON: \(error.message)") }
    }
}
