import Files
import Foundation
import SystemPackage

/// A server of Python's standard library on loopback: neither libcurl nor ours.
struct LoopbackServer: Sendable {
    let port: Int
    let scheme: String
    var url: String { "\(scheme)://127.0.0.1:\(port)" }

    /// Two servers that all tests share, because each takes a while to start. They end with this process, as their standard input does.
    private static let shared = (Result { try Running() }, Result { try Running() })
    static func one() throws -> LoopbackServer { try shared.0.get().server }
    static func other() throws -> LoopbackServer { try shared.1.get().server }

    /// A server with TLS; `certificate` is a PEM file with key and certificate.
    static func with<Value>(certificate: FilePath, _ body: (LoopbackServer) async throws -> Value) async throws -> Value {
        let running = try Running(certificate: certificate)
        defer { running.stop() }
        return try await body(running.server)
    }

    private final class Running: @unchecked Sendable {
        let server: LoopbackServer
        private let process = Process()
        private let input = Pipe()

        init(certificate: FilePath? = nil) throws {
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["python3", "-I", "-u", "-c", script] + (certificate.map { [$0.string] } ?? [])
            let output = Pipe()
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else { throw NotStarted(text: line) }
            server = LoopbackServer(port: port, scheme: certificate == nil ? "http" : "https")
        }

        func stop() {
            // Not SIGTERM: a child inherits the signal mask of the thread that starts it, which may block that one.
            kill(process.processIdentifier, SIGKILL)
        }
    }

    struct NotStarted: Error { let text: String }

    /// The bytes that `/file` serves, `count` of them.
    static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }

    private static let script = """
        import hashlib, json, os, socket, ssl, struct, sys, threading, time
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        from urllib.parse import parse_qs, urlsplit

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *_): pass
            def answer(self, status, body=b"", headers=()):
                self.send_response(status)
                for name, value in headers: self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD": self.wfile.write(body)
            def reset(self):
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
            def handle_any(self):
                url = urlsplit(self.path)
                query = {k: v[0] for k, v in parse_qs(url.query).items()}
                where = url.path
                if where == "/refuse":
                    self.close_connection = True
                    self.answer(401, b'{"error": "no"}')
                    # As servers do that linger: a close with bytes unread would be a reset.
                    while self.rfile.read1(1 << 20): pass
                    return
                length = int(self.headers.get("Content-Length") or 0)
                digest, left, start = hashlib.sha256(), length, b""
                while left:
                    chunk = self.rfile.read(min(left, 1 << 20))
                    if not chunk: return
                    digest.update(chunk); left -= len(chunk)
                    if len(start) < 65536: start += chunk
                if where == "/echo" or url.netloc:
                    seen = {"method": self.command, "path": self.path, "headers": dict(self.headers.items()), "length": length,
                            "sha256": digest.hexdigest(), "body": start[:65536].decode("utf-8", "replace")}
                    return self.answer(200, json.dumps(seen).encode(), [("Content-Type", "application/json"), ("X-Seen", "a"), ("x-seen", "b")])
                if where.startswith("/status/"):
                    text = "token %s is \\x1b[31mnot\\n known" % self.headers.get("Authorization", "").removeprefix("token ")
                    return self.answer(int(where[8:]), json.dumps({"error": text}).encode())
                if where == "/redirect": return self.answer(int(query.get("status", 302)), b"elsewhere", [("Location", query["to"])])
                if where == "/file":
                    count = int(query["size"])
                    body = bytes((i * 31 + i // 256) & 255 for i in range(count))
                    offset = 0
                    asked = self.headers.get("Range")
                    if asked and "norange" not in query:
                        offset = int(asked[6:-1])
                        if offset >= count: return self.answer(416, b"", [("Content-Range", "bytes */%d" % count)])
                        stated = offset + int(query.get("shift", 0))
                        self.send_response(206)
                        self.send_header("Content-Range", "bytes %d-%d/%d" % (stated, count - 1, count))
                    else: self.send_response(200)
                    self.send_header("Content-Length", str(count - offset))
                    self.end_headers()
                    cut = int(query.get("cut", count))
                    self.wfile.write(body[offset:max(offset, cut) if not asked else count])
                    if not asked and cut < count: self.close_connection = True
                    return
                if where == "/endless":
                    self.send_response(200); self.end_headers()
                    while True: self.wfile.write(b"x" * 65536)
                if where == "/drip":
                    self.send_response(200); self.send_header("Content-Length", "100000"); self.end_headers()
                    while True: self.wfile.write(b"x"); time.sleep(0.05)
                if where == "/silent": time.sleep(60)
                if where == "/headers":
                    self.send_response(200)
                    for i in range(90): self.send_header("X-%d" % i, "y" * 8000)
                    return self.end_headers()
                if where == "/garbage":
                    self.wfile.write(b"220 mail.example ESMTP\\r\\n"); self.close_connection = True; return
                if where == "/reset": return self.reset()
                self.answer(404)
            def __getattr__(self, name):
                if name.startswith("do_"): return self.handle_any
                raise AttributeError(name)

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            def handle_error(self, *_): pass

        server = Server(("127.0.0.1", 0), Handler)
        if len(sys.argv) > 1:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(sys.argv[1])
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_port, flush=True)
        sys.stdin.read()
        os._exit(0)
        """
}
