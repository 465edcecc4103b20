import Files
public import Foundation
import Processes
public import SystemPackage

/// A time-stamping authority of OpenSSL's own (`openssl ts`, section `tsa1` of `tsa.cnf`), with a root above it.
public struct TimestampAuthority: Sendable {
    /// Everything is here: `tsa.cnf`, keys, certificates.
    public let folder: FilePath
    /// The root's certificate in PEM, and both certificates in DER.
    public var certificate: FilePath { folder.appending("root.pem") }
    public let root: Data
    public let signer: Data

    /// Makes keys and certificates in `folder`, which need not be there.
    public init(in folder: FilePath) async throws {
        self.folder = folder
        try folder.createDirectory()
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
        for line in [
            "ecparam -name prime256v1 -genkey -noout -out root.key", "ecparam -name prime256v1 -genkey -noout -out tsa.key",
            "req -x509 -new -key root.key -subj /CN=root -days 30 -out root.pem", "req -new -key tsa.key -subj /CN=tsa -out tsa.csr",
            "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile tsa.cnf -extensions extensions -days 10 -out tsa.pem",
            "x509 -in root.pem -outform DER -out root.der", "x509 -in tsa.pem -outform DER -out tsa.der",
        ] { try await Self.openssl(line.split(separator: " ").map(String.init), in: folder) }
        root = try folder.appending("root.der").contents()
        signer = try folder.appending("tsa.der").contents()
    }

    /// The response, in DER, to a query in DER.
    public func reply(to query: Data) async throws -> Data {
        try folder.appending("q.tsq").replaceContents(with: query)
        try await Self.openssl(
            ["ts", "-reply", "-config", "tsa.cnf", "-section", "tsa1", "-queryfile", "q.tsq", "-out", "r.tsr"], in: folder)
        return try folder.appending("r.tsr").contents()
    }

    private static func openssl(_ arguments: [String], in folder: FilePath) async throws {
        _ = try await Command("openssl", arguments, workingDirectory: folder, timeout: .seconds(60)).output()
    }
}
