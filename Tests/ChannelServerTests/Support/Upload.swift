import Basics
import Cryptography
import Files
import Foundation
import JSONReading
import SystemPackage

/// The steps of an upload, one by one, so that each can be done wrongly.
struct Upload: Sendable {
    let server: TestServer
    let owner: String
    let package: String
    let version: String
    let basename: String
    let bytes: [UInt8]
    var token: String

    init(_ artifact: FilePath, to owner: String, on server: TestServer, subdir: String = "linux-64", as token: String? = nil) throws {
        self.server = server
        self.owner = owner
        let fileName = artifact.lastComponent?.string ?? ""
        let stem = fileName.replacingOccurrences(of: ".tar.bz2", with: "").replacingOccurrences(of: ".conda", with: "").split(separator: "-")
        package = stem.dropLast(2).joined(separator: "-")
        version = String(stem[stem.count - 2])
        basename = "\(subdir)/\(fileName)"
        bytes = Array(try artifact.contents())
        self.token = token ?? "\(owner).upload"
    }

    var path: String { "\(owner)/\(package)/\(version)/\(basename)" }

    /// The same path with the slash of the basename quoted, as some clients send it.
    var quotedPath: String { "\(owner)/\(package)/\(version)/\(basename.replacingOccurrences(of: "/", with: "%2F"))" }

    func prepare() async throws {
        _ = try await server.call("POST", "/package/\(owner)/\(package)", as: token, ["public_attrs": [:]])
        _ = try await server.call("POST", "/release/\(owner)/\(package)/\(version)", as: token, [:])
    }

    func stage(labels: [String] = ["manual"], sha256: String? = nil, quoted: Bool = false) async throws -> (status: Int, json: JSONValue) {
        try await server.call(
            "POST", "/stage/" + (quoted ? quotedPath : path), as: token,
            [
                "distribution_type": "conda", "attrs": ["subdir": "linux-64"], "channels": .array(labels.map { .string($0) }),
                "sha256": .string(sha256 ?? SHA256Digest(of: bytes).hexadecimal),
            ])
    }

    /// Posts a form; `change` may spoil its fields, `bytes` its file, and `sending` cuts the connection off.
    func post(
        _ staged: JSONValue, bytes: [UInt8]? = nil, sending: Int? = nil, change: (inout [(String, String)]) -> Void = { _ in }
    ) async throws -> HTTPProbe.Answer {
        let bytes = bytes ?? self.bytes
        var fields = (staged["form_data"]?.object ?? []).map { ($0.key, $0.value.string ?? "") }
        fields.append(("Content-Length", "\(bytes.count)"))
        fields.append(("Content-MD5", Base64.encode(MD5Digest(of: bytes).bytes)))
        change(&fields)
        var body = ""
        for (name, value) in fields { body += "--b0undary\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n" }
        body += "--b0undary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(basename)\"\r\n\r\n"
        return try await server.probe.request(
            "POST", "/objects", headers: ["Content-Type": "multipart/form-data; boundary=b0undary"],
            body: Array(body.utf8) + bytes + Array("\r\n--b0undary--\r\n".utf8), sending: sending)
    }

    func commit(_ staged: JSONValue, quoted: Bool = false) async throws -> (status: Int, json: JSONValue) {
        try await server.call("POST", "/commit/" + (quoted ? quotedPath : path), as: token, ["dist_id": staged["dist_id"] ?? ""])
    }

    /// All steps, done rightly.
    func run(labels: [String] = ["manual"]) async throws -> (status: Int, json: JSONValue) {
        try await prepare()
        let staged = try await stage(labels: labels)
        guard staged.status == 200 else { return staged }
        let posted = try await post(staged.json)
        guard posted.status == 201 else { return (posted.status, .string(posted.text)) }
        return try await commit(staged.json)
    }
}
