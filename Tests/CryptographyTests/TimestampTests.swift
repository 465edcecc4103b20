import Basics
import Cryptography
import Files
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct TimestampTests {
    @Test func `an authority's stamp says when, under its root or its own certificate, and under no other`() async throws {
        try await TemporaryDirectory.with { folder in
            let authority = try await TimestampAuthority(in: folder)
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
            let other = try await TimestampAuthority(in: inner)
            #expect(throws: CryptographyError.self) { try token.verified(of: data, authorities: [other.root]) }
            #expect(try token.verified(of: data, authorities: [other.root, authority.root]) == time)
        }
    }

    @Test func `every cut and nearly every changed byte of a stamp is refused`() async throws {
        try await TemporaryDirectory.with { folder in
            let authority = try await TimestampAuthority(in: folder)
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
            let authority = try await TimestampAuthority(in: folder)
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

extension TimestampAuthority {
    fileprivate func stamp(_ request: TimestampRequest) async throws -> TimestampToken { TimestampToken(der: try await reply(to: request.der)) }
}
