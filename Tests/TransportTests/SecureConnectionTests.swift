import Files
import Foundation
import SystemPackage
import Testing

@testable import Transport

@Suite struct SecureConnectionTests {
    /// A certificate that `openssl` signs with itself for `name`, with its key, in one file; and the certificate alone.
    private func certificate(for name: String, in folder: FilePath) throws -> (both: FilePath, alone: FilePath) {
        let key = folder.appending("key.pem")
        let alone = folder.appending("certificate.pem")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key.string, "-out", alone.string,
            "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=\(name)",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let both = folder.appending("both.pem")
        try both.replaceContents(with: try key.contents() + alone.contents())
        return (both, alone)
    }

    private func outcome(_ server: LoopbackServer, trusting authorities: FilePath?) async throws -> TransportError.Failure? {
        let request = HTTPRequest(.get, try server.address("/echo"), credentials: [.token(try Secret("tk-hunter2"))])
        do throws(TransportError) {
            let response = try await HTTPClient(certificateAuthorities: authorities).send(request)
            #expect(response.status == 200)
            return nil
        } catch {
            guard case .failed(let failure, _, _) = error else { throw error }
            #expect(!"\(error)".contains("hunter2") && error.hint != nil)
            return failure
        }
    }

    @Test func `a server that nobody vouches for is refused, one that we trust is not`() async throws {
        try await TemporaryDirectory.with { folder in
            let certificate = try certificate(for: "IP:127.0.0.1", in: folder)
            try await LoopbackServer.with(certificate: certificate.both) { server in
                let (untrusted, trusted) = (try await outcome(server, trusting: nil), try await outcome(server, trusting: certificate.alone))
                #expect(untrusted == .certificate)
                #expect(trusted == nil)
            }
        }
    }

    @Test func `a certificate of another name is refused`() async throws {
        try await TemporaryDirectory.with { folder in
            let certificate = try certificate(for: "DNS:other.example", in: folder)
            try await LoopbackServer.with(certificate: certificate.both) { server in
                let outcome = try await outcome(server, trusting: certificate.alone)
                #expect(outcome == .certificate)
            }
        }
    }
}
