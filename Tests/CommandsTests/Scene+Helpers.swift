import Cryptography
import Files
import Foundation
import Ledger
import Processes
import SystemPackage
import TestSupport
import Testing

extension Scene {
    /// A key that the roster does not know.
    static func stranger() throws -> SigningKey { try SigningKey.generate() }

    /// Another log by the same key, with the same first `count` entries.
    func fork(at count: Int) async throws -> FilePath {
        let path = folder.appending("fork")
        let log = LogFolder(path: FilePath(ledger), key: try NoteKey(parsing: logKey))
        let fork = try LogFolder.create(at: path, origin: log.key.name, key: ledgerKey)
        _ = try fork.append(leaves: Array(try log.entries().prefix(count)), key: ledgerKey, isDeduplicating: false)
        try FilePath(ledger).appending("objects").copyAll(to: path.appending("objects"))
        return path
    }
}

extension Program.Answer {
    func expect(_ code: Int32, location: SourceLocation = #_sourceLocation) throws {
        try #require(self.code == code, "\(output)\n\(error)", sourceLocation: location)
    }
}

/// A program that serves on loopback until it is stopped, and writes where to a file.
final class ServingProcess: Sendable {
    let address: String
    private let processID: pid_t

    /// `trust_server.py`: an authority behind HTTP.
    static func authority(_ authority: TimestampAuthority, in folder: FilePath) async throws -> ServingProcess {
        let ready = folder.appending("authority-ready")
        return try await ServingProcess(
            Repository.root.pushing(".tools/venv/bin/python"),
            [Repository.root.pushing("Tests/Judges/trust_server.py").string, ready.string, authority.folder.string], ready: ready)
    }

    /// `arguments` must make it write its address, or its port of loopback, to `ready`.
    init(_ program: FilePath, _ arguments: [String], environment: [String: String]? = nil, ready: FilePath) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program.string)
        process.arguments = arguments
        if let environment { process.environment = environment }
        // A server that held our streams would hold up whoever reads them.
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        processID = process.processIdentifier
        for _ in 0..<1200 where !ready.exists { try await Task.sleep(for: .milliseconds(50)) }
        let text = try ready.text().trimmingCharacters(in: .whitespacesAndNewlines)
        address = text.hasPrefix("http") ? text : "http://127.0.0.1:" + text
    }

    func stop() { kill(processID, SIGKILL) }
}
