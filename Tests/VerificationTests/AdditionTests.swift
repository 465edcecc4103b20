import Basics
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import Ledger
import Provenance
import Roster
import SystemPackage
import Testing
import Verification

/// Whoever may add evidence can add anything: it must neither make a yes of a no nor a no of a yes.
@Suite struct AdditionTests {
    /// A witnessed release, written.
    private func released(in folder: FilePath) throws -> World {
        var world = try World(in: folder)
        try world.requireWitness()
        world.witnessTime = World.start.adding(seconds: 5000)
        try world.completeRelease()
        try world.write()
        return world
    }

    private func verdict(_ world: World, envelopes: [Data] = [], proofs: [Data] = []) throws -> Verdict {
        var evidence = try Evidence.collect(for: world.artifact)
        func adding(_ lines: [Data], to file: Data?) -> Data { lines.reduce(into: file ?? Data()) { $0 += $1 + [0x0A] } }
        evidence.envelopes = adding(envelopes, to: evidence.envelopes)
        evidence.proofs = adding(proofs, to: evidence.proofs)
        return world.verifier().verify(evidence, profile: .release, target: try world.channel(.main))
    }

    @Test func `a stranger's envelope is ignored, counted and named, and takes no yes away`() throws {
        let verdict = try World.verdict(target: .main) { world in
            try world.completeRelease()
            world.keys["mallory"] = try SigningKey.generate()
            try world.sign(world.test("fedora", "failed", expected: "passed"), by: "mallory")
            try world.sign(.withdrawal(Withdrawal(reason: "envy")), by: "mallory")
        }
        #expect(verdict.accepted, "\(verdict.failures)")
        #expect(verdict.ignored.map(\.name) == ["unknown-key", "unknown-key"])
        #expect(verdict[.signatures]?.ignoredCount == 2)
    }

    @Test func `lines that anybody can write take no yes away, whatever key they name`() throws {
        try TemporaryDirectory.withSync { folder in
            var world = try released(in: folder)
            #expect(try verdict(world).accepted)
            let (build, test) = (world.envelopes.envelopes[0], world.envelopes.envelopes[2])
            let alice = try world.signer("alice").publicKey.keyID
            let other = try Envelope.sign(
                Statement(subject: .init(name: "zlib-1-0.conda", sha256: SHA256Digest(of: "zlib")), predicate: world.build()),
                with: world.signer("alice"))
            let text = String(decoding: build.line, as: UTF8.self)
            let additions: [(name: String, line: Data)] = [
                ("evidence-malformed", Data("not an envelope".utf8)), ("evidence-malformed", Data("{}".utf8)), ("evidence-malformed", Data([0xFF])),
                // The builder's own key is named, and did not sign.
                ("bad-signature", Envelope(payloadType: build.payloadType, payload: build.payload, signatures: [(alice, Data([1]))]).line),
                (
                    "bad-signature",
                    Envelope(payloadType: build.payloadType, payload: test.payload, signatures: [(alice, build.signatures[0].bytes)]).line
                ),
                ("key-hint-mismatch", Data(text.replacing(alice.description, with: try world.signer("bob").publicKey.keyID.description).utf8)),
                ("signature-count", Envelope(payloadType: build.payloadType, payload: build.payload, signatures: []).line),
                (
                    "signature-count",
                    Envelope(
                        payloadType: build.payloadType, payload: build.payload,
                        signatures: [(alice, build.signatures[0].bytes), (alice, build.signatures[0].bytes)]
                    ).line
                ),
                // Signed by people of the roster, and something else: the roster itself, and the build of another package.
                ("wrong-payload-type", world.roster[0].line), ("subject-mismatch", other.line),
            ]
            for addition in additions {
                let verdict = try verdict(world, envelopes: [addition.line])
                #expect(verdict.accepted, "\(addition.name): \(verdict.failures)")
                #expect(verdict.ignored.map(\.name) == [addition.name])
            }
            let all = try verdict(world, envelopes: additions.map(\.line))
            #expect(all.accepted && all.ignored.count == additions.count)
            // None of it is worth anything where the real thing is gone.
            world.envelopes = EnvelopeFile(world.envelopes.envelopes.filter { $0 != build && $0 != test })
            try world.envelopes.write(to: world.sidecar(Sidecar.envelopes.suffix))
            let without = try verdict(world, envelopes: additions.map(\.line))
            #expect(Set(without.failures.map(\.name)).isSuperset(of: ["missing-build", "missing-test:debian12"]))
        }
    }

    @Test func `another spelling of an envelope is the same statement, and one good proof carries it`() throws {
        try TemporaryDirectory.withSync { folder in
            let world = try released(in: folder)
            let build = world.envelopes.envelopes[0]
            let text = String(decoding: build.line, as: UTF8.self)
            let signature = build.signatures[0]
            let alice = try KeyID(parsing: signature.keyHint)
            let mirrored = try mirror(signature.bytes)
            #expect(mirrored != signature.bytes)
            let spellings = [
                Data(text.replacing(":", with: ": ").utf8), Data(text.replacing("{\"payload\"", with: "{\"note\":1,\"payload\"").utf8),
                Data(
                    text.replacing("+", with: "-").replacing("/", with: "_").replacing("application_vnd.in-toto-json", with: build.payloadType).utf8),
                // ECDSA's (r, n - s) is a good signature too, and anybody can make it.
                Envelope(payloadType: build.payloadType, payload: build.payload, signatures: [(alice, mirrored)]).line,
            ]
            #expect(try spellings.filter { try Envelope(parsing: $0).digest != build.digest }.count >= 3)
            let verdict = try verdict(world, envelopes: spellings)
            #expect(verdict.accepted, "\(verdict.failures)")
            #expect(verdict.reviewable.count == 4)
            // Before the signed one, after it, and instead of it.
            var evidence = try Evidence.collect(for: world.artifact)
            evidence.envelopes = spellings.reduce(into: Data()) { $0 += $1 + [0x0A] } + (evidence.envelopes ?? Data())
            #expect(world.verifier().verify(evidence, profile: .release).accepted)
            evidence.envelopes = EnvelopeFile(parsing: evidence.envelopes ?? Data()).envelopes.filter { $0 != build }
                .reduce(into: Data()) { $0 += $1.line + [0x0A] }
            #expect(Set(world.verifier().verify(evidence, profile: .release).failures.map(\.name)).isSuperset(of: ["not-logged", "missing-build"]))
        }
    }

    @Test func `a bad proof beside a good one takes no yes away, and a good one of another time adds none`() throws {
        try TemporaryDirectory.withSync { folder in
            let world = try released(in: folder)
            let (build, review) = (world.envelopes.envelopes[0], world.envelopes.envelopes[5])
            let proofs = try ProofFile.read(world.sidecar(Sidecar.proofs.suffix))
            let proof = try #require(proofs.proofs[build.digest])
            func line(_ envelope: Envelope, _ proof: LogProof) -> Data { ProofFile([envelope.digest: proof]).contents.dropLast() }
            let unwitnessed = SignedNote(text: proof.note.text, signatures: proof.note.signatures.filter { $0.name != World.witness })
            let forged = try World.note(proof.note, changing: 0) { $0[9] ^= 1 }
            let additions: [(name: String, line: Data)] = [
                ("evidence-malformed", Data("{\"envelope\":\"\(build.digest)\"}".utf8)), ("evidence-malformed", Data("no".utf8)),
                (
                    "evidence-malformed",
                    Data(String(decoding: line(build, proof), as: UTF8.self).replacing("\(build.digest)", with: "\(SHA256Digest(of: "x"))").utf8)
                ),
                ("inclusion-failed", line(build, try #require(proofs.proofs[review.digest]))),
                ("inclusion-failed", line(build, LogProof(index: proof.index, hashes: [], note: proof.note))),
                ("checkpoint-signature", line(build, LogProof(index: proof.index, hashes: proof.hashes, note: forged))),
                ("witness-quorum", line(build, LogProof(index: proof.index, hashes: proof.hashes, note: unwitnessed))),
                ("timestamp-invalid", ProofFile(timestamps: [build.digest: TimestampToken(der: Data([0x30, 0]))]).contents.dropLast()),
            ]
            for addition in additions {
                let verdict = try verdict(world, proofs: [addition.line])
                #expect(verdict.accepted, "\(addition.name): \(verdict.failures)")
                #expect(verdict.ignored.map(\.name) == [addition.name])
            }
            // The archive carries them all along, and comes to the same.
            let file = try additions.reduce(into: world.sidecar(Sidecar.proofs.suffix).contents()) { $0 += $1.line + [0x0A] }
            try world.sidecar(Sidecar.proofs.suffix).replaceContents(with: file)
            let archive = try EvidenceArchive.collect(for: world.artifact, roster: world.roster).contents
            let verdict = world.verifier().verify(world.artifact, archive: archive, profile: .release, target: try world.channel(.main))
            #expect(verdict.accepted, "\(verdict.failures)")
            #expect(
                Set(verdict.ignored.map(\.name)).isSuperset(of: ["inclusion-failed", "checkpoint-signature", "witness-quorum", "timestamp-invalid"]))
        }
    }

    @Test func `what a key of the roster signed about the artifact, and does not hold, stays a no`() throws {
        let unlogged = try TemporaryDirectory.withSync { folder in
            var world = try released(in: folder)
            try world.sign(world.test("fedora"), by: "ci")
            try world.envelopes.write(to: world.sidecar(Sidecar.envelopes.suffix))
            return try verdict(world)
        }
        #expect(unlogged.failures.map(\.name) == ["no-trusted-time", "not-logged"])
        let unreadable = try World.verdict { world in
            try world.completeRelease()
            let payload = Data("{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[]}".utf8)
            let key = try world.signer("alice")
            let encoding = Envelope.preAuthenticationEncoding(type: Envelope.statementType, payload: payload)
            world.unlogged.append(
                Envelope(payloadType: Envelope.statementType, payload: payload, signatures: [(key.publicKey.keyID, try key.sign(encoding))]))
        }
        #expect(unreadable.failures.map(\.name) == ["statement-malformed"])
        let twoSubjects = try World.verdict { world in
            try world.completeRelease()
            let own = try Statement(subject: .init(name: world.name, sha256: SHA256Digest(ofFile: world.artifact)), predicate: world.test("fedora"))
            let payload = String(decoding: own.payload, as: UTF8.self)
                .replacing("\"subject\":[", with: "\"subject\":[{\"name\":\"other\",\"digest\":{\"sha256\":\"\(SHA256Digest(of: "other"))\"}},")
            let key = try world.signer("ci")
            let encoding = Envelope.preAuthenticationEncoding(type: Envelope.statementType, payload: Data(payload.utf8))
            world.envelopes.append(
                Envelope(
                    payloadType: Envelope.statementType, payload: Data(payload.utf8), signatures: [(key.publicKey.keyID, try key.sign(encoding))]))
        }
        #expect(twoSubjects.failures.map(\.name) == ["subject-mismatch"])
    }

    @Test func `a failed test is heard however its proof is spoiled`() throws {
        try TemporaryDirectory.withSync { folder in
            var world = try World(in: folder)
            try world.completeBuild()
            let failed = try world.sign(world.test("fedora", "failed", expected: "passed"), by: "ci")
            try world.sign(try world.review(), by: "bob")
            try world.write()
            #expect(try world.verdict().failures.map(\.name) == ["test-failed:fedora"])
            let path = world.sidecar(Sidecar.proofs.suffix)
            let lines = try path.contents().split(separator: 0x0A).filter { $0.firstRange(of: Data("\(failed.digest)".utf8)) == nil }
            try path.replaceContents(with: lines.reduce(into: Data()) { $0 += $1 + [0x0A] })
            #expect(try world.verdict().failures.map(\.name) == ["not-logged"])
            // Gone altogether it is missed by whoever has seen it.
            world.envelopes = EnvelopeFile(world.envelopes.envelopes.filter { $0 != failed })
            try world.envelopes.write(to: world.sidecar(Sidecar.envelopes.suffix))
            #expect(try world.verdict().failures.map(\.name) == ["evidence-missing:\(failed.digest.hexadecimal.prefix(12))", "review-threshold"])
        }
    }

    @Test func `two reviewers at once cannot hide each other's envelopes and proofs`() throws {
        try TemporaryDirectory.withSync { folder in
            var world = try World(in: folder) { document in
                document.policy.reviews = 2
                document.grants.append(Grant(person: "carol", role: .reviewer, packages: ["*"]))
            }
            try world.completeBuild()
            try world.write()
            func files() throws -> [Data] { try [Sidecar.envelopes, .proofs].map { try world.sidecar($0.suffix).contents() } }
            func put(_ files: [Data]) throws {
                for (sidecar, file) in zip([Sidecar.envelopes, .proofs], files) { try world.sidecar(sidecar.suffix).replaceContents(with: file) }
            }
            let built = world.envelopes
            var results: [[Data]] = []
            for reviewer in ["bob", "carol"] {
                world.envelopes = built
                try world.sign(try world.review(by: reviewer), by: reviewer)
                try world.write()
                results.append(try files())
                #expect(try world.verdict().failures.map(\.name) == ["review-threshold"])
            }
            for (one, other) in [(0, 1), (1, 0)] {
                try put(try zip(results[one], results[other]).map { try EvidenceLines.united($0, $1) })
                let verdict = try world.verdict()
                #expect(verdict.accepted && verdict.reviewers == ["bob", "carol"], "\(verdict.failures)")
            }
            #expect(throws: EvidenceLines.Complaint.self) { try EvidenceLines.united(Data("{}\n[1]\n".utf8), Data()) }
            #expect(throws: EvidenceLines.Complaint.self) { try EvidenceLines.united(Data("{}\n".utf8), Data("no\n".utf8)) }
        }
    }

    /// The other signature that verifies: `s` replaced by the order of the group less `s`.
    private func mirror(_ der: Data) throws -> Data {
        let order: [UInt8] = [
            0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3,
            0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
        ]
        let bytes = [UInt8](der)
        let rEnd = 4 + Int(bytes[3])
        let s = bytes[(rEnd + 2)...].drop { $0 == 0 }
        let padded = Array(repeating: UInt8(0), count: 32 - s.count) + s
        var difference: [UInt8] = []
        var borrow = 0
        for (one, other) in zip(order, padded).reversed() {
            let value = Int(one) - Int(other) - borrow
            borrow = value < 0 ? 1 : 0
            difference.insert(UInt8(truncatingIfNeeded: value), at: 0)
        }
        var trimmed = Array(difference.drop { $0 == 0 })
        if trimmed[0] >= 0x80 { trimmed.insert(0, at: 0) }
        let body = bytes[2..<rEnd] + [2, UInt8(trimmed.count)] + trimmed
        return Data([0x30, UInt8(body.count)] + body)
    }
}
