import ChannelServer
import Files
import Foundation
import JSONReading
import Synchronization
import SystemPackage

/// A server on a free port of loopback, with owners `conda-forge` (fed by `cf-staging`) and `me`, for the length of a closure.
struct TestServer: Sendable {
    let address: String
    let path: FilePath
    let folder: ChannelFolder
    let probe: HTTPProbe
    let log: Log

    final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var text: String { lines.withLock { $0.joined(separator: "\n") } }
    }

    static func run<Value: Sendable>(
        configure: @escaping @Sendable (inout ChannelServerConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer) async throws -> Value
    ) async throws -> Value {
        try await TemporaryDirectory.with { (place: FilePath) throws -> Value in
            let path = place.appending("data")
            let (folder, _) = try await ChannelFolder.create(at: path, owners: [owner("conda-forge"), owner("me")], staging: owner("cf-staging"))
            return try await again(path, folder, configure: configure, body)
        }
    }

    /// Serves a folder that is there.
    static func again<Value: Sendable>(
        _ path: FilePath, _ folder: ChannelFolder, configure: @escaping @Sendable (inout ChannelServerConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer) async throws -> Value
    ) async throws -> Value {
        let log = Log()
        var configuration = ChannelServerConfiguration(folder: path)
        configuration.accessLog = { log.add($0) }
        configure(&configuration)
        return try await ChannelServer.running(configuration) { address in
            try await body(TestServer(address: address, path: path, folder: folder, probe: HTTPProbe(address: address), log: log))
        }
    }

    static func owner(_ name: String) throws -> Owner { try Owner(parsing: name) }

    /// The text of a token that the folder was made with, such as `me.upload`.
    func token(_ name: String) throws -> String {
        let parts = name.split(separator: ".")
        return try folder.tokenPath(try Self.owner(String(parts[0])), String(parts[1])).text().trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Sends JSON and reads JSON.
    func call(_ method: String, _ path: String, as token: String? = nil, _ body: JSONValue? = nil) async throws -> (status: Int, json: JSONValue) {
        let answer = try await probe.request(
            method, path, token: try token.map { try self.token($0) }, headers: body == nil ? [:] : ["Content-Type": "application/json"],
            body: body.map { Array($0.serialized()) })
        return (answer.status, answer.body.isEmpty ? .null : try JSONValue(parsing: answer.body))
    }
}
