import Files
import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import Transport

private struct Echo: Decodable {
    let method: String
    let path: String
    let headers: [String: String]
    let length: Int
    let sha256: String
    let body: String
    init(_ response: HTTPResponse) throws { self = try JSONDecoder().decode(Echo.self, from: response.body) }
}

extension LoopbackServer {
    func address(_ path: String) throws -> HTTPAddress { try HTTPAddress(parsing: url + path) }
}

/// Names the failure of the one error that is awaited.
private func failure(_ body: () async throws(TransportError) -> HTTPResponse) async -> TransportError.Failure? {
    do throws(TransportError) { _ = try await body() } catch {
        if case .failed(let failure, _, _) = error { return failure }
    }
    return nil
}

@Suite struct HTTPClientTests {
    private let client = HTTPClient()

    @Test(arguments: [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete])
    func `each method arrives with its headers and without a body`(method: HTTPRequest.Method) async throws {
        let server = try LoopbackServer.one()
        let response = try await client.send(HTTPRequest(method, server.address("/echo?a=b"), headers: ["X-One": "1", "X-Empty": ""]))
        #expect(response.status == 200)
        #expect(response.headers["X-SEEN"] == "a")
        guard method != .head else { return }
        let echo = try Echo(response)
        #expect(echo.method == method.rawValue)
        #expect(echo.path == "/echo?a=b")
        #expect(echo.headers["X-One"] == "1")
        #expect(echo.headers["X-Empty"] == "")
        #expect(echo.headers["User-Agent"] == "hallmark")
        #expect(echo.headers["Expect"] == nil && echo.headers["Authorization"] == nil && echo.headers["Accept-Encoding"] == nil)
        #expect(echo.length == 0)
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .patch, .delete])
    func `bytes are sent as they are`(method: HTTPRequest.Method) async throws {
        let server = try LoopbackServer.one()
        let request = HTTPRequest(method, try server.address("/echo"), body: .json(Data("{\"ä\":1}".utf8)))
        let echo = try Echo(try await client.send(request))
        #expect(echo.method == method.rawValue)
        #expect(echo.body == "{\"ä\":1}")
        #expect(echo.headers["Content-Type"] == "application/json")
        #expect(echo.headers["Content-Length"] == "8")
    }

    @Test func `a form has its fields first and in order, then the file`() async throws {
        let server = try LoopbackServer.one()
        try await TemporaryDirectory.with { folder in
            let path = folder.appending("secret-local-name")
            try path.replaceContents(with: "file's bytes")
            let form = MultipartForm(
                fields: [.init("key", "k"), .init("Content-Length", "12"), .init("ünï", "a\r\nb")],
                file: .init(name: "file", fileName: "linux-64/a-1-0.conda", path: path))
            let echo = try Echo(try await client.send(HTTPRequest(.post, server.address("/echo"), body: .multipart(form))))
            let type = echo.headers["Content-Type"] ?? ""
            let boundary = try #require(type.components(separatedBy: "boundary=").last)
            let parts = echo.body.components(separatedBy: "--\(boundary)")
            #expect(parts.count == 6)
            #expect(parts[1] == "\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n")
            #expect(parts[2].hasSuffix("name=\"Content-Length\"\r\n\r\n12\r\n"))
            #expect(parts[3].hasSuffix("\r\n\r\na\r\nb\r\n"))
            #expect(
                parts[4] == "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"linux-64/a-1-0.conda\"\r\n"
                    + "Content-Type: application/octet-stream\r\n\r\nfile's bytes\r\n")
            #expect(!echo.body.contains("secret-local-name"))
        }
    }

    @Test func `three hundred megabytes go out without growing in memory`() async throws {
        let server = try LoopbackServer.one()
        try await TemporaryDirectory.with { folder in
            let path = folder.appending("large")
            let file = try FileDescriptor.open(path, .writeOnly, options: .create, permissions: .ownerReadWrite)
            try file.resize(to: 300 << 20)
            try file.close()
            let before = try residentKibibytes()
            let peak = Peak()
            let form = MultipartForm(fields: [], file: .init(name: "file", fileName: "large", path: path))
            let response = try await client.send(HTTPRequest(.post, server.address("/echo"), body: .multipart(form))) { progress in
                peak.note(kibibytes: (try? residentKibibytes()) ?? .max, sent: progress.sent, total: progress.totalToSend)
            }
            #expect(try Echo(response).length >= 300 << 20)
            #expect(peak.sent >= 300 << 20)
            #expect(peak.total.map { $0 >= 300 << 20 } == true)
            #expect(peak.kibibytes - before < 64 << 10, "grew from \(before) to \(peak.kibibytes) KiB")
        }
    }

    @Test func `a body that grows past its limit is not read`() async throws {
        let server = try LoopbackServer.one()
        for path in ["/endless", "/file?size=70000"] {
            let address = try server.address(path)
            await #expect(throws: TransportError.responseTooLarge(address, limit: 65_536)) {
                try await client.send(HTTPRequest(.get, address), limit: 65_536)
            }
        }
        await #expect(throws: TransportError.self) { try await client.send(HTTPRequest(.get, server.address("/headers"))) }
    }

    @Test func `a refusal that comes before the body is sent is heard`() async throws {
        let server = try LoopbackServer.one()
        let body = HTTPBody.bytes(Data(count: 32 << 20), type: "application/octet-stream")
        let response = try await client.send(HTTPRequest(.put, server.address("/refuse"), body: body))
        #expect(response.status == 401)
    }

    @Test func `a token goes to its own origin only, also on a redirect`() async throws {
        let first = try LoopbackServer.one()
        let second = try LoopbackServer.other()
        let secret = Credential.token(try Secret("tk-hunter2"))
        func follow(to target: String) async throws -> Echo {
            let address = try first.address("/redirect?to=\(target)")
            return try Echo(try await client.send(HTTPRequest(.get, address, credentials: [secret], redirects: .follow(limit: 3))))
        }
        #expect(try await follow(to: "/echo").headers["Authorization"] == "token tk-hunter2")
        #expect(try await follow(to: "\(second.url)/echo").headers["Authorization"] == nil)
        // Away and back again: it does not come back.
        #expect(try await follow(to: "\(second.url)/redirect%3Fto=\(first.url)/echo").headers["Authorization"] == nil)
    }

    @Test func `redirects are followed only when asked for, not for ever, and not for a body`() async throws {
        let server = try LoopbackServer.one()
        let address = try server.address("/redirect?to=/echo")
        await #expect(throws: TransportError.redirected(address, to: "/echo")) { try await client.send(HTTPRequest(.get, address)) }
        await #expect(throws: TransportError.redirected(address, to: "/echo")) {
            try await client.send(HTTPRequest(.post, address, body: .json(Data("{}".utf8)), redirects: .follow(limit: 3)))
        }
        let circle = try server.address("/redirect?to=/redirect%3Fto=/redirect")
        await #expect(throws: TransportError.self) { try await client.send(HTTPRequest(.get, circle, redirects: .follow(limit: 1))) }
        for target in ["file:///etc/passwd", "ftp://127.0.0.1/", "http://u:p@127.0.0.1/", "/a/../b"] {
            let address = try server.address("/redirect?to=\(target)")
            await #expect(throws: TransportError.self) { try await client.send(HTTPRequest(.get, address, redirects: .follow(limit: 3))) }
        }
    }

    @Test func `a token never goes out in the clear`() async throws {
        let address = try HTTPAddress(parsing: "http://channel.example/")
        let credentials = [Credential.token(try Secret("tk-hunter2"))]
        await #expect(throws: TransportError.secretInTheClear(address)) {
            try await client.send(HTTPRequest(.get, address, credentials: credentials))
        }
    }

    @Test func `what a server repeats of the token, and its control characters, are not shown`() async throws {
        let server = try LoopbackServer.one()
        let credentials = [Credential.token(try Secret("tk-hunter2"))]
        let response = try await client.send(HTTPRequest(.get, server.address("/status/403"), credentials: credentials))
        #expect(response.status == 403)
        #expect(String(decoding: response.body, as: UTF8.self).contains("tk-hunter2"), "the server did not repeat it")
        #expect(!response.text.contains("hunter2"))
        #expect(response.shown("a\u{1B}[31m\nb\u{202E}c") == "a [31m b c")
    }

    @Test func `each way to fail has its name`() async throws {
        let server = try LoopbackServer.one()
        let brief = HTTPClient(connectTimeout: .seconds(1), idleTimeout: .seconds(1))
        func outcome(_ path: String) async throws -> TransportError.Failure? {
            let request = HTTPRequest(.get, try server.address(path))
            return await failure { () throws(TransportError) in try await brief.send(request) }
        }
        #expect(try await outcome("/reset") == .broken)
        #expect(try await outcome("/garbage") == .malformed)
        #expect(try await outcome("/silent") == .idling)
        #expect(try await outcome("/file?size=100000&cut=5000") == .broken)
        let closed = HTTPRequest(.get, try HTTPAddress(parsing: "http://127.0.0.1:1/"))
        #expect(await failure { () throws(TransportError) in try await client.send(closed) } == .connecting)
        let nowhere = HTTPRequest(.get, try HTTPAddress(parsing: "http://no-such-host.invalid/"))
        #expect(await failure { () throws(TransportError) in try await client.send(nowhere) } == .resolving)
    }

    @Test func `a header that would begin another line is not sent`() async throws {
        let address = try HTTPAddress(parsing: "http://127.0.0.1:1/")
        for headers: HTTPHeaders in [["X-A": "b\r\nX-C: d"], ["X A": "b"], ["X:": "b"], ["": "b"], ["X": "ü"]] {
            await #expect(throws: TransportError.badHeader(headers.fields[0].name)) {
                try await client.send(HTTPRequest(.get, address, headers: headers))
            }
        }
    }

    @Test func `a cancelled task gives up its exchange soon`() async throws {
        let server = try LoopbackServer.one()
        for path in ["/silent", "/drip"] {
            let address = try server.address(path)
            let (outcome, clock) = await withTaskGroup(of: TransportError?.self) { group in
                group.addTask {
                    do throws(TransportError) { _ = try await client.send(HTTPRequest(.get, address)) } catch { return error }
                    return nil
                }
                try? await Task.sleep(for: .milliseconds(200))
                let clock = ContinuousClock.now
                group.cancelAll()
                return (await group.next() ?? nil, clock)
            }
            #expect(outcome == .cancelled)
            #expect(ContinuousClock.now - clock < .seconds(10))
        }
    }

    @Test func `a file that is not there is named before anything is sent`() async throws {
        let request = HTTPRequest(.put, try HTTPAddress(parsing: "http://127.0.0.1:1/"), body: .file("/no/such/file", type: "a/b"))
        await #expect(throws: TransportError.file(.missing("/no/such/file"))) { try await client.send(request) }
    }

    @Test func `a proxy is asked when it is named, and never for this machine`() async throws {
        let proxy = try LoopbackServer.one()
        let outside = HTTPRequest(.get, try HTTPAddress(parsing: "http://channel.invalid/x"))
        let named = HTTPClient(proxy: .address(try HTTPAddress(parsing: proxy.url)))
        #expect(try Echo(try await named.send(outside)).path == "http://channel.invalid/x")
        #expect(try Echo(try await named.send(HTTPRequest(.get, proxy.address("/echo")))).path == "/echo")
        setenv("http_proxy", proxy.url, 1)
        defer { unsetenv("http_proxy") }
        #expect(try Echo(try await HTTPClient(proxy: .environment).send(outside)).path == "http://channel.invalid/x")
        #expect(try Echo(try await HTTPClient(proxy: .environment).send(HTTPRequest(.get, proxy.address("/echo")))).path == "/echo")
        #expect(await failure { () throws(TransportError) in try await client.send(outside) } == .resolving)
    }
}

private final class Peak: Sendable {
    private let state = Mutex((kibibytes: 0, sent: Int64(0), total: Int64?.none))
    func note(kibibytes: Int, sent: Int64, total: Int64?) {
        state.withLock { $0 = (max($0.kibibytes, kibibytes), max($0.sent, sent), total ?? $0.total) }
    }
    var kibibytes: Int { state.withLock { $0.kibibytes } }
    var sent: Int64 { state.withLock { $0.sent } }
    var total: Int64? { state.withLock { $0.total } }
}

private func residentKibibytes() throws -> Int {
    let line = try FilePath("/proc/self/status").text().split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return try #require(line?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
}
