import Basics
import Cryptography
import Files
import Foundation
public import Ledger
public import SystemPackage

/// A witness behind HTTP: C2SP tlog-witness's `POST /add-checkpoint`, and nothing else.
///
/// Anybody may ask: what is signed is decided by the log's signature and the proof. One request is answered after the other, so that what is
/// looked up, proven, written down and signed belongs together.
public struct WitnessServer: Sendable {
    public var host = "127.0.0.1"
    /// 0 takes a free port.
    public var port = 0
    /// Written, as a whole, with the address listened on, and removed when it stops.
    public var readyFile: FilePath?
    /// Takes one line a request.
    public var accessLog: @Sendable (String) -> Void = { _ in }
    private let witness: Witness
    private let logs: [NoteKey]

    /// Signs for `logs` and for no other.
    public init(_ witness: Witness, logs: [NoteKey]) {
        self.witness = witness
        self.logs = logs
    }

    /// Serves until the task is cancelled or, if `stopsOnSignals`, until SIGTERM or SIGINT comes.
    ///
    /// `onListening` is called once with the address listened on, to which `/add-checkpoint` is appended.
    public func run(stopsOnSignals: Bool = true, onListening: @escaping @Sendable (String) async -> Void = { _ in }) async throws {
        let responder = WitnessResponder(desk: WitnessDesk(witness, logs: logs), accessLog: accessLog)
        try await Listener(host: host, port: port, readyFile: readyFile)
            .serve(responder, stopsOnSignals: stopsOnSignals, onListening: onListening)
    }
}
