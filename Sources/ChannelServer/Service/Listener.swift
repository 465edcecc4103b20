import Files
import Foundation
import Hummingbird
import Synchronization
import SystemPackage

/// Listens on an address until the task is cancelled or a signal comes, and says where it listens once it does.
struct Listener {
    let host: String
    /// 0 takes a free one.
    let port: Int
    /// Written, as a whole, with the address listened on, and removed when it stops.
    let readyFile: FilePath?

    /// Throws `ChannelServerError.cannotListen` where it cannot begin, and what kept the ready file from being written.
    func serve<Responder: HTTPResponder & Sendable>(
        _ responder: Responder, stopsOnSignals: Bool, onListening: @escaping @Sendable (String) async -> Void
    ) async throws where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        let readyFailure = Mutex<(any Error)?>(nil)
        let (host, port, readyFile) = (host, port, readyFile)
        let application = Application(
            responder: responder, configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? port
                let address = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
                do { try readyFile?.replaceContents(with: address + "\n") } catch {
                    // Nobody would learn of the server: it stops at once.
                    readyFailure.withLock { $0 = error }
                    channel.close(promise: nil)
                }
                await onListening(address)
            },
            logger: ChannelLogger.silent)
        defer { if let readyFile { try? readyFile.removeAll() } }
        do {
            // Without arguments, SIGTERM and SIGINT end it.
            if stopsOnSignals { try await application.runService() } else { try await application.runService(gracefulShutdownSignals: []) }
        } catch {
            if let failure = readyFailure.withLock({ $0 }) { throw failure }
            if error is CancellationError { throw error }
            throw ChannelServerError.cannotListen(host: host, port: port, reason: "\(error)")
        }
        if let error = readyFailure.withLock({ $0 }) { throw error }
    }
}
