import Basics
import Cryptography
import Files
import Foundation
import SystemPackage
import Testing

@Suite struct SigningKeyTests {
    @Test func `openssl verifies a detached signature of a file, and sees a changed byte`() async throws {
        try await TemporaryDirectory.with { folder in
            let key = try SigningKey.generate()
            let file = folder.appending("a.conda")
            try file.replaceContents(with: Data(repeating: 7, count: 1_500_000))
            let signature = try key.sign(file: file)
            try folder.appending("a.conda.sig").replaceContents(with: signature)
            try folder.appending("key.pem").replaceContents(with: key.publicKey.pem)
            let command = ["dgst", "-sha256", "-verify", "key.pem", "-signature", "a.conda.sig", "a.conda"]
            #expect(try await Judge.openssl(command, in: folder) == "Verified OK\n")
            #expect(try key.publicKey.verifies(signature: signature, ofFile: file))
            #expect(try key.publicKey.verifies(signature: signature, ofDigest: SHA256Digest(ofFile: file)))
            #expect(!key.publicKey.verifies(signature: signature, ofDigest: SHA256Digest(of: "another file")))
            #expect(try !key.publicKey.verifies(signature: signature.dropLast(), ofDigest: SHA256Digest(ofFile: file)))

            var changed = Data(repeating: 7, count: 1_500_000)
            changed[1_499_999] = 8
            try file.replaceContents(with: changed)
            #expect(try await Judge.openssl(command, in: folder).contains("Verification failure"))
            #expect(try !key.publicKey.verifies(signature: signature, ofFile: file))
        }
    }

    @Test func `a key id is what openssl computes`() async throws {
        try await TemporaryDirectory.with { folder in
            let key = try SigningKey.generate().publicKey
            try folder.appending("key.pem").replaceContents(with: key.pem)
            let der = try await Judge.openssl(["pkey", "-pubin", "-in", "key.pem", "-outform", "DER", "-out", "key.der"], in: folder)
            #expect(der.isEmpty)
            #expect(try folder.appending("key.der").contents() == key.spki)
            let digest = try await Judge.openssl(["dgst", "-sha256", "-r", "key.der"], in: folder)
            #expect(digest.hasPrefix(key.keyID.digest.hexadecimal))
            #expect(try KeyID(parsing: key.keyID.description) == key.keyID)
        }
    }

    @Test func `a locked key opens with its passphrase in openssl too, and is locked with scrypt`() async throws {
        try await TemporaryDirectory.with { folder in
            let key = try SigningKey.generate()
            let passphrase = try Passphrase("correct horse")
            let pem = try key.encryptedPEM(passphrase: passphrase)
            try folder.appending("key.pem").replaceContents(with: pem, permissions: [.ownerReadWrite])
            let publicPEM = try await Judge.openssl(["pkey", "-in", "key.pem", "-passin", "pass:correct horse", "-pubout"], in: folder)
            #expect(publicPEM == key.publicKey.pem)
            let structure = try await Judge.openssl(["asn1parse", "-in", "key.pem"], in: folder)
            #expect(structure.contains("scrypt") && structure.contains("PBES2") && !structure.contains("PBKDF2"))
            #expect(try SigningKey(pem: pem, passphrase: passphrase).publicKey == key.publicKey)
        }
    }

    @Test func `a wrong or missing passphrase is named`() throws {
        let pem = try SigningKey.generate().encryptedPEM(passphrase: try Passphrase("one"))
        #expect(throws: CryptographyError.wrongPassphrase) { try SigningKey(pem: pem, passphrase: try Passphrase("two")) }
        #expect(throws: CryptographyError.passphraseNeeded) { try SigningKey(pem: pem, passphrase: nil) }
        #expect(throws: CryptographyError.passphraseEmpty) { try Passphrase("") }
    }

    @Test(arguments: [
        ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], ["genpkey", "-algorithm", "ED25519"],
        ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
        ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"],
    ])
    func `keys of other kinds are refused`(arguments: [String]) async throws {
        try await TemporaryDirectory.with { folder in
            _ = try await Judge.openssl(arguments + ["-out", "key.pem"], in: folder)
            let pem = try folder.appending("key.pem").contents()
            #expect(throws: CryptographyError.unsupportedKey(expected: "an ECDSA key on P-256")) { try SigningKey(pem: pem, passphrase: nil) }
            let publicPEM = try await Judge.openssl(["pkey", "-in", "key.pem", "-pubout"], in: folder)
            #expect(throws: CryptographyError.unsupportedKey(expected: "an ECDSA key on P-256")) { try PublicKey(pem: publicPEM) }
        }
    }

    @Test func `every cut of a key is refused`() throws {
        let key = try SigningKey.generate().publicKey
        for count in 0..<key.spki.count { #expect(throws: CryptographyError.self) { try PublicKey(spki: key.spki.prefix(count)) } }
        #expect(throws: CryptographyError.self) { try PublicKey(spki: key.spki + [0]) }
        #expect(try PublicKey(spki: key.spki) == key)
    }

    @Test func `a point that is not on the curve is refused`() throws {
        var spki = try SigningKey.generate().publicKey.spki
        spki[spki.count - 1] ^= 1
        #expect(throws: CryptographyError.self) { try PublicKey(spki: spki) }
    }

    @Test func `only the signature itself verifies`() throws {
        let key = try SigningKey.generate()
        let data = Data("what is signed".utf8)
        let signature = try key.sign(data)
        #expect(key.publicKey.verifies(signature: signature, of: data))
        #expect(try !SigningKey.generate().publicKey.verifies(signature: signature, of: data))
        for index in signature.indices {
            for bit in 0..<8 {
                var changed = signature
                changed[index] ^= 1 << UInt8(bit)
                #expect(!key.publicKey.verifies(signature: changed, of: data))
            }
        }
        for count in 0..<signature.count { #expect(!key.publicKey.verifies(signature: signature.prefix(count), of: data)) }
        #expect(!key.publicKey.verifies(signature: signature + [0], of: data))
        // The queue must be clean afterwards: an old error must not be blamed on the next call.
        #expect(throws: CryptographyError.notAKey(reasons: ["too small"])) { try PublicKey(spki: []) }
    }

    @Test func `secrets do not show`() throws {
        let passphrase = try Passphrase("hunter2")
        let key = try SigningKey.generate()
        var text = ""
        dump([passphrase], to: &text)
        dump([key], to: &text)
        text += "\(passphrase) \(String(reflecting: passphrase)) \(key)"
        #expect(!text.contains("hunter2") && !text.contains("pointer"))
    }
}
