import Basics
import Cryptography
import Files
import Foundation
import SystemPackage
import Testing

@Suite struct OtherPrimitivesTests {
    @Test func `Ed25519 keys are those of RFC 8032's first test, and openssl verifies with them`() async throws {
        let seed = try #require([UInt8](hexadecimal: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
        let key = try LogKey(seed: seed)
        #expect(key.publicKey.bytes.hexadecimal == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        let signature = try key.sign(Data())
        #expect(
            Array(signature).hexadecimal
                == "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")
        try await TemporaryDirectory.with { folder in
            let note = Data("a note\n".utf8)
            try folder.appending("note").replaceContents(with: note)
            try folder.appending("sig").replaceContents(with: try key.sign(note))
            try folder.appending("key.pem").replaceContents(with: key.publicKey.pem)
            let answer = try await Judge.openssl(
                ["pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "note", "-sigfile", "sig"], in: folder)
            #expect(answer.contains("Signature Verified Successfully"))
        }
    }

    @Test func `a log's key comes back from its locked form, and a person's key is not taken for one`() throws {
        let key = try LogKey.generate()
        let passphrase = try Passphrase("log")
        #expect(try LogKey(pem: Array(key.encryptedPEM(passphrase: passphrase).utf8), passphrase: passphrase).publicKey == key.publicKey)
        let other = try SigningKey.generate().encryptedPEM(passphrase: passphrase)
        #expect(throws: CryptographyError.unsupportedKey(expected: "an Ed25519 key")) { try LogKey(pem: Array(other.utf8), passphrase: passphrase) }
        #expect(throws: CryptographyError.self) { try LogPublicKey(bytes: [1, 2, 3]) }
    }

    @Test func `scrypt gives RFC 7914's vectors`() throws {
        let empty = try Scrypt(cost: 16, blockSize: 1, parallelism: 1).derive(secret: [], salt: [], byteCount: 64)
        #expect(
            empty.hexadecimal
                == "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")
        let pleaseletmein = try Scrypt.interactive.derive(secret: Array("pleaseletmein".utf8), salt: Array("SodiumChloride".utf8), byteCount: 64)
        #expect(
            pleaseletmein.hexadecimal
                == "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")
        #expect(throws: CryptographyError.self) { try Scrypt(cost: 3, blockSize: 8, parallelism: 1).derive(secret: [1], salt: [], byteCount: 32) }
    }

    @Test func `random bytes differ and comparison tells`() throws {
        let one = try RandomBytes.make(32)
        #expect(try one != RandomBytes.make(32))
        #expect(ConstantTime.equal(one, one) && !ConstantTime.equal(one, Array(one.dropLast())) && ConstantTime.equal([], []))
        #expect(!ConstantTime.equal(one, one.reversed() + []))
    }
}
