import Basics
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import Synchronization
import SystemPackage
import Testing
import Transport

@testable import Publishing

/// The process that all tests share; it ends with this one, as its standard input does.
enum RecordingServer {
    private static let running = Result { try start() }
    static func port() throws -> Int { try running.get().port }

    struct NotStarted: Error { let text: String }

    private struct Running: @unchecked Sendable {
        let process: Process
        let input: Pipe
        let port: Int
    }

    private static func start() throws -> Running {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-I", "-u", "-c", script]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else { throw NotStarted(text: line) }
        return Running(process: process, input: input, port: port)
    }
}

/// An owner of the recording server that no other test has, and what hallmark needs to publish there.
struct Tenant: Sendable {
    let owner = "o\(UInt64.random(in: 0...UInt64.max))"
    let port: Int
    let waits = Waits()

    init() throws { port = try RecordingServer.port() }

    var address: HTTPAddress { get throws { try HTTPAddress(parsing: "http://127.0.0.1:\(port)") } }
    func channel(_ label: Label = .manual) throws -> Channel { try Channel(server: "http://127.0.0.1:\(port)", owner: owner, label: label) }
    var retries: RetryPolicy { RetryPolicy { [waits] in waits.note($0) } }
    func server(token: String = "tk-hunter2") throws -> AnacondaServer { try AnacondaServer(of: channel(), token: Secret(token), retries: retries) }
    func reader() throws -> ChannelReader { ChannelReader(try channel(), retries: retries) }

    /// Queues faults and puts files.
    @discardableResult
    func tell(faults: JSONValue = [:], files: JSONValue = [:], plain: JSONValue = [:], clear: Bool = false) async throws -> JSONValue {
        let body: JSONValue = ["faults": faults, "files": files, "plain": plain, "clear": .bool(clear)]
        let response = try await HTTPClient().send(HTTPRequest(.post, address.appending("_control", owner), body: .json(body.serialized())))
        return try JSONValue(parsing: response.body)["files"] ?? [:]
    }

    struct Seen: Decodable, Sendable {
        let method: String
        let path: String
        let authorization: String?
        let feedstockToken: String?
        let key: String?
        let body: String?
        let form: [String]?
        let fields: [String: String]?
        let fileHead: String?
        let fileSHA256: String?
    }

    func log() async throws -> [Seen] {
        try JSONDecoder().decode([Seen].self, from: try await HTTPClient().send(HTTPRequest(.get, address.appending("_control", owner))).body)
    }

    /// The requests as `METHOD path`, without the owner.
    func calls() async throws -> [String] { try await log().map { "\($0.method) \($0.path.replacingOccurrences(of: "/\(owner)", with: ""))" } }

    /// What the server has under the fixture's name.
    func stored() async throws -> JSONValue? { try await tell()[Fixture.key] }
}

/// Waiting, without waiting.
final class Waits: Sendable {
    private let all = Mutex<[Duration]>([])
    func note(_ duration: Duration) { all.withLock { $0.append(duration) } }
    var durations: [Duration] { all.withLock { $0 } }
    var total: Duration { durations.reduce(.zero, +) }
}

/// An artifact to publish; servers of this API do not look inside.
enum Fixture {
    static let bytes = Data((0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    static let name = "foo-bar-1.0-h1_0.conda"
    static let key = "foo-bar/1.0/linux-64/\(name)"
    static var sha256: SHA256Digest { SHA256Digest(of: bytes) }
    static let index: JSONValue = [
        "name": "foo-bar", "version": "1.0", "build": "h1_0", "build_number": 0, "subdir": "linux-64", "depends": ["libc >=2.17,<3.0a0", "zlib"],
        "license": "MIT",
    ]
    static func path() throws -> ArtifactPath { try #require(ArtifactPath(parsing: "linux-64/\(name)")) }

    static func with<Value>(_ body: (OutgoingArtifact) async throws -> Value) async throws -> Value {
        try await TemporaryDirectory.with { folder in
            let file = folder.appending(name)
            try file.replaceContents(with: bytes)
            let about: JSONValue = ["summary": "a \"test\"", "home": ["https://example.org", "https://two.example"]]
            return try await body(try OutgoingArtifact(file: file, digests: FileDigests.compute(file), index: index, about: about))
        }
    }

    /// The file as the server keeps it.
    static func stored(labels: [String], sha256: SHA256Digest = sha256) -> JSONValue {
        .object([.init(key, ["labels": .array(labels.map { .string($0) }), "sha256": .string(sha256.hexadecimal)])])
    }
}

/// The error of `body`, which must throw one; and never with a secret of these tests in it, however it is looked at.
func refusal<Value>(at location: SourceLocation = #_sourceLocation, _ body: () async throws -> Value) async -> PublishingError? {
    do { _ = try await body() } catch {
        var dumped = ""
        dump(error, to: &dumped)
        let explained = error as? any Explained
        for text in [dumped, "\(error)", String(reflecting: error), error.localizedDescription, explained?.message ?? "", explained?.hint ?? ""] {
            #expect(!text.contains("hunter"), "a secret is in `\(text)`", sourceLocation: location)
        }
        #expect(error is PublishingError, sourceLocation: location)
        return error as? PublishingError
    }
    Issue.record("nothing was thrown", sourceLocation: location)
    return nil
}

extension PublishingError {
    var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }
}
