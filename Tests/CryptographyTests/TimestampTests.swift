import Basics
import Cryptography
import Files
import Foundation
import SystemPackage
import Testing

@Suite struct TimestampTests {
    /// A time-stamping authority of OpenSSL's own, with a root above it.
    struct Authority {
        let folder: FilePath
        let root: Data
        let signer: Data

        init(in folder: FilePath) async throws {
            self.folder = folder
            try folder.appending("tsa.cnf").replaceContents(
                with: """
                    [tsa]
                    default_tsa = tsa1
                    [tsa1]
                    serial = ./serial
                    signer_cert = ./tsa.pem
                    signer_key = ./tsa.key
                    signer_digest = sha256
                    default_policy = 1.2.3.4.1
                    digests = sha256
                    accuracy = secs:1
                    ess_cert_id_alg = sha256
                    [extensions]
                    extendedKeyUsage = critical,timeStamping
                    keyUsage = critical,digitalSignature

                    """)
            try folder.appending("serial").replaceContents(with: "01\n")
            for arguments in [
                ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "root.key"],
                ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "tsa.key"],
                ["req", "-x509", "-new", "-key", "root.key", "-subj", "/CN=root", "-days", "30", "-out", "root.pem"],
                ["req", "-new", "-key", "tsa.key", "-subj", "/CN=tsa", "-out", "tsa.csr"],
                [
                    "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-extfile", "tsa.cnf",
                    "-extensions",
                    "extensions", "-days", "10", "-out", "tsa.pem",
                ],
                ["x509", "-in", "root.pem", "-outform", "DER", "-out", "root.der"], ["x509", "-in", "tsa.pem", "-outform", "DER", "-out", "tsa.der"],
            ] { _ = try await Judge.openssl(arguments, in: folder) }
            root = try folder.appending("root.der").contents()
            signer = try folder.appending("tsa.der").contents()
        }

        func stamp(_ request: TimestampRequest) async throws -> TimestampToken {
            try folder.appending("q.tsq").replaceContents(with: request.der)
            _ = try await Judge.openssl(
                ["ts", "-reply", "-config", "tsa.cnf", "-section", "tsa1", "-queryfile", "q.tsq", "-out", "r.tsr"], in: folder)
            return TimestampToken(der: try folder.appending("r.tsr").contents())
        }
    }

    @Test func `an authority's stamp says when, under its root or its own certificate, and under no other`() async throws {
        try await TemporaryDirectory.with { folder in
            let authority = try await Authority(in: folder)
            let data = Data("a signature".utf8)
            let token = try await authority.stamp(try TimestampRequest(stamping: data))
            let time = try token.verified(of: data, authorities: [authority.root])
            #expect(abs(time.seconds - Timestamp.now.seconds) < 60)
            #expect(try token.verified(of: data, authorities: [authority.signer]) == time)
            let certificate = try AuthorityCertificate(pem: folder.appending("root.pem").contents())
            #expect(try certificate.der == authority.root && certificate == AuthorityCertificate(der: authority.root))
            #expect(certificate.subject == "CN=root" && certificate.validUntil > time.adding(seconds: 29 * 86_400))
            for count in 0..<authority.root.count {
                #expect(throws: CryptographyError.self) { try AuthorityCertificate(der: authority.root.prefix(count)) }
            }
            try folder.appending("data").replaceContents(with: data)
            let judged = try await Judge.openssl(["ts", "-verify", "-data", "data", "-in", "r.tsr", "-CAfile", "root.pem"], in: folder)
            #expect(judged.contains("Verification: OK"))

            #expect(throws: CryptographyError.self) { try token.verified(of: Data("another".utf8), authorities: [authority.root]) }
            #expect(throws: CryptographyError.self) { try token.verified(of: data, authorities: []) }
            let inner = folder.appending("other")
            try inner.createDirectory()
            let other = try await Authority(in: inner)
            #expect(throws: CryptographyError.self) { try token.verified(of: data, authorities: [other.root]) }
            #expect(try token.verified(of: data, authorities: [other.root, authority.root]) == time)
        }
    }

    @Test func `every cut and nearly every changed byte of a stamp is refused`() async throws {
        try await TemporaryDirectory.with { folder in
            let authority = try await Authority(in: folder)
            let data = Data("a signature".utf8)
            let token = try await authority.stamp(try TimestampRequest(stamping: data))
            let time = try token.verified(of: data, authorities: [authority.root])
            for count in 0..<token.der.count {
                #expect(throws: CryptographyError.self) {
                    try TimestampToken(der: token.der.prefix(count)).verified(of: data, authorities: [authority.root])
                }
            }
            #expect(throws: CryptographyError.self) { try TimestampToken(der: token.der + [0]).verified(of: data, authorities: [authority.root]) }
            for index in token.der.indices {
                var changed = token.der
                changed[index] ^= 1
                // What no signature covers may change, such as the embedded certificate's copy; the time never does.
                if let other = try? TimestampToken(der: changed).verified(of: data, authorities: [authority.root]) { #expect(other == time) }
            }
        }
    }

    @Test func `a certificate that is not for time stamping stamps nothing`() async throws {
        try await TemporaryDirectory.with { folder in
            let authority = try await Authority(in: folder)
            let data = Data("a signature".utf8)
            let token = try await authority.stamp(try TimestampRequest(stamping: data))
            // The same key and name under a certificate for something else.
            let config = try folder.appending("tsa.cnf").text()
            try folder.appending("bad.cnf").replaceContents(with: config.replacing("timeStamping", with: "serverAuth"))
            for arguments in [
                [
                    "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-extfile", "bad.cnf", "-extensions", "extensions",
                    "-days",
                    "10", "-out", "bad.pem",
                ], ["x509", "-in", "bad.pem", "-outform", "DER", "-out", "bad.der"],
            ] { _ = try await Judge.openssl(arguments, in: folder) }
            let bad = try folder.appending("bad.der").contents()
            #expect(throws: CryptographyError.self) { try token.verified(of: data, authorities: [bad]) }
        }
    }
}
