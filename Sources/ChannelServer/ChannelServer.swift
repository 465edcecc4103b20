import Files
import Foundation
import Hummingbird
import Synchronization

/// The embedded channel server: anaconda.org's API, a conda channel a label, staging and evidence, in one process.
///
/// It speaks plain HTTP and listens on loopback unless told otherwise. Everything it keeps is in its folder.
public struct ChannelServer: Sendable {
    private let configuration: ChannelServerConfiguration

    public init(_ configuration: ChannelServerConfiguration) { self.configuration = configuration }

    /// Serves until the task is cancelled or, if `stopsOnSignals`, until SIGTERM or SIGINT comes.
    ///
    /// `onListening` is called once with the address listened on, such as `http://127.0.0.1:8099`. Throws
    /// `ChannelServerError` or `FileError` when it cannot begin: no folder, a folder that another server holds, a port
    /// that is taken.
    public func run(stopsOnSignals: Bool = true, onListening: @escaping @Sendable (String) async -> Void = { _ in }) async throws {
        let folder = try ChannelFolder.open(configuration.folder)
        let lock = try FileLock.take(folder.lockPath, holder: "a channel server, process \(ProcessInfo.processInfo.processIdentifier)")
        do { try await serve(folder, stopsOnSignals, onListening) } catch {
            lock.release()
            throw error
        }
        lock.release()
    }

    private func serve(_ folder: ChannelFolder, _ stopsOnSignals: Bool, _ onListening: @escaping @Sendable (String) async -> Void) async throws {
        let service = try ChannelService(configuration: configuration, folder: folder)
        do { try await serve(service, stopsOnSignals, onListening) } catch {
            // The first error is the one to hear about.
            try? service.store.close()
            throw error
        }
        try service.store.close()
    }

    private func serve(_ service: ChannelService, _ stopsOnSignals: Bool, _ onListening: @escaping @Sendable (String) async -> Void) async throws {
        try await service.removeLeftovers()
        let publicURL = configuration.publicURL
        try await Listener(host: configuration.host, port: configuration.port, readyFile: configuration.readyFile)
            .serve(ChannelResponder(service: service), stopsOnSignals: stopsOnSignals) { address in
                service.address.withLock { $0 = publicURL ?? address }
                await onListening(address)
            }
    }

    /// Serves for the length of `body`, which is given the server's address; for tests and rehearsals.
    public static func running<Value: Sendable>(
        _ configuration: ChannelServerConfiguration, _ body: @escaping @Sendable (String) async throws -> Value
    ) async throws -> Value {
        let (addresses, continuation) = AsyncStream<String>.makeStream()
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await ChannelServer(configuration).run(stopsOnSignals: false) { continuation.yield($0) }
                return nil
            }
            group.addTask {
                for await address in addresses { return try await body(address) }
                throw ChannelServerError.stopped
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let value = result { return value }
            }
            throw ChannelServerError.stopped
        }
    }
}
