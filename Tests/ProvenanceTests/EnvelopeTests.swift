import Basics
import Cryptography
import Foundation
import Provenance
import Testing

@Suite struct EnvelopeTests {
    @Test func `encodes what is signed as the DSSE specification's example`() throws {
        let encoding = Envelope.preAuthenticationEncoding(type: "http://example.com/HelloWorld", payload: Data("hello world".utf8))
        #expect(String(decoding: encoding, as: UTF8.self) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
        #expect(SHA256Digest(of: encoding).hexadecimal == "217751fac2c4f14edb2c9297fbc34abcb016ba88e74757e875ec4ac16fb6b6a1")
        let spki = try #require(
            Base64.decode(
                "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZ805D3eqNZywjCI19lInBJOp7YMrCrzAH3CVTAOQ0jgMeCvVTiaRJaRPRDOv8UMs6U4SvKc6pnrIDOoSYI3fdA=="))
        let signature = try #require(
            [UInt8](
                hexadecimal: "3044022003726ab101ad56c2763b6c6aac8e487275e2a79193a09dc5f859d9f8ef3c4a3b"
                    + "022051eab0c06a369b64a7222537d4887a893dc200ae21060074d57825235b624864"))
        #expect(try PublicKey(spki: spki).verifies(signature: signature, of: encoding))
    }

    @Test func `encodes a statement as the other vector`() {
        let body =
            #"{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"x-1-0.conda","digest":{"sha256":""#
            + String(repeating: "0", count: 64) + #""}}],"predicateType":"https://example.org/p/v1","predicate":{}}"#
        let encoding = Envelope.preAuthenticationEncoding(type: Envelope.statementType, payload: Data(body.utf8))
        #expect(SHA256Digest(of: encoding).hexadecimal == "60b1c3584e49ead6e081ab1cdb5c91a9d1e6a18ae5d3e1a659df0291ccd38462")
    }

    @Test func `what was signed comes back, from the key that signed`() throws {
        let key = try SigningKey.generate()
        let other = try SigningKey.generate()
        for predicate in try Samples.predicates() {
            let statement = Samples.statement(predicate)
            let envelope = try Envelope.sign(statement, with: key)
            let verified = try Envelope(parsing: envelope.line).verified(by: [other.publicKey, key.publicKey])
            #expect(verified.statement == statement)
            #expect(verified.signer == key.publicKey)
            #expect(verified.envelope == SHA256Digest(of: envelope.line))
            #expect(verified.signedDigest == SHA256Digest(of: envelope.preAuthenticationEncoding))
        }
    }

    @Test func `each fault has its name`() throws {
        let key = try SigningKey.generate()
        let other = try SigningKey.generate()
        let envelope = try Envelope.sign(Samples.statement(try Samples.predicates()[0]), with: key)
        let id = key.publicKey.keyID
        let signature = envelope.signatures[0].bytes
        func made(_ type: String = Envelope.statementType, _ payload: Data? = nil, _ signatures: [(key: KeyID, bytes: Data)]? = nil) -> Envelope {
            Envelope(payloadType: type, payload: payload ?? envelope.payload, signatures: signatures ?? [(id, signature)])
        }
        #expect(throws: ProvenanceError.unknownKey(hint: id.description)) { try envelope.verified(by: [other.publicKey]) }
        #expect(throws: ProvenanceError.unknownKey(hint: id.description)) { try envelope.verified(by: []) }
        #expect(throws: ProvenanceError.badSignature(hint: id.description)) {
            try made(Envelope.statementType, envelope.payload + [0x20]).verified(by: [key.publicKey])
        }
        #expect(throws: ProvenanceError.wrongPayloadType("application/json")) { try made("application/json").verified(by: [key.publicKey]) }
        #expect(throws: ProvenanceError.signatureCount(0)) { try made(Envelope.statementType, nil, []).verified(by: [key.publicKey]) }
        #expect(throws: ProvenanceError.signatureCount(2)) {
            try made(Envelope.statementType, nil, [(id, signature), (id, signature)]).verified(by: [key.publicKey])
        }
        #expect(throws: ProvenanceError.keyHintMismatch(hint: other.publicKey.keyID.description, signer: id)) {
            try made(Envelope.statementType, nil, [(other.publicKey.keyID, signature)]).verified(by: [key.publicKey, other.publicKey])
        }
        func signed(_ payload: String) throws -> Envelope {
            let data = Data(payload.utf8)
            let bytes = try key.sign(Envelope.preAuthenticationEncoding(type: Envelope.statementType, payload: data))
            return Envelope(payloadType: Envelope.statementType, payload: data, signatures: [(id, bytes)])
        }
        #expect(throws: ProvenanceError.wrongStatementType("https://in-toto.io/Statement/v0.1")) {
            try signed(#"{"_type":"https://in-toto.io/Statement/v0.1"}"#).verified(by: [key.publicKey])
        }
        for payload in ["", "{}", "[]", #"{"_type":"https://in-toto.io/Statement/v1"}"#, #"{"_type":"https://in-toto.io/Statement/v1","_type":"x"}"#]
        {
            do {
                _ = try signed(payload).verified(by: [key.publicKey])
                Issue.record("`\(payload)` was taken for a statement")
            } catch {
                guard case .statementMalformed = error as? ProvenanceError else {
                    Issue.record("`\(payload)`: \(error)")
                    continue
                }
            }
        }
    }

    @Test func `a signature by one key counts once, however often it stands there`() throws {
        let key = try SigningKey.generate()
        let payload = Data("anything".utf8)
        let encoding = Envelope.preAuthenticationEncoding(type: "x", payload: payload)
        // ECDSA signs differently each time: these are two signatures by one key.
        let signatures = [(key.publicKey.keyID, try key.sign(encoding)), (key.publicKey.keyID, try key.sign(encoding))]
        let envelope = Envelope(payloadType: "x", payload: payload, signatures: signatures)
        #expect(try envelope.signers(among: [key.publicKey, key.publicKey]) == [key.publicKey])
    }

    @Test func `every cut and every changed byte of an envelope is refused`() throws {
        let key = try SigningKey.generate()
        let line = try Envelope.sign(Samples.statement(.publish(PublishAttestation(targetChannel: "https://example.org/c"))), with: key).line
        func isBelieved(_ line: Data) -> Bool { (try? Envelope(parsing: line).verified(by: [key.publicKey])) != nil }
        #expect(isBelieved(line))
        for count in 0..<line.count { #expect(!isBelieved(line.prefix(count))) }
        for index in line.indices {
            var changed = line
            changed[index] ^= 1
            #expect(!isBelieved(changed), "byte \(index)")
        }
    }

    @Test(arguments: [
        #"{"payload":"","payloadType":"x","signatures":[{"sig":"AA=="}],"payload":""}"#, #"{"payload":"*","payloadType":"x","signatures":[]}"#,
        #"{"payload":"","payloadType":1,"signatures":[]}"#, #"{"payload":"","payloadType":"x","signatures":{}}"#,
        #"{"payload":"","payloadType":"x","signatures":[{}]}"#, #"{"payload":"","payloadType":"x","signatures":[{"sig":""}]}"#,
        #"{"payload":"","payloadType":"x","signatures":[{"sig":"AA==","keyid":1}]}"#, "[]", "",
    ])
    func `a line that is not an envelope is refused`(line: String) {
        #expect(throws: ProvenanceError.self) { try Envelope(parsing: Data(line.utf8)) }
    }

    @Test func `the URL-safe alphabet, unknown members and a missing key id are read`() throws {
        let line = #"{"payload":"-_8","payloadType":"x","signatures":[{"sig":"AA"}],"other":{"a":[1]}}"#
        let envelope = try Envelope(parsing: Data(line.utf8))
        #expect(envelope.payload == Data([0xFB, 0xFF]))
        #expect(envelope.signatures.map(\.keyHint) == [""])
    }
}
