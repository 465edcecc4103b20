import Basics
import Conda
import Cryptography
import Files
import Foundation
import Ledger
import Processes
import Provenance
import Roster
import SystemPackage
import TestSupport
import Testing
import Verification

/// What follows from who saw what, and when.
@Suite struct TimeTests {
    /// A complete release under a roster that asks for the witness; `change` comes before anything is written.
    private func names(witnessedAt seconds: Int64?, _ change: (inout World) throws -> Void = { _ in }) throws -> [String] {
        try World.failures { world in
            try world.requireWitness()
            world.witnessTime = seconds.map { World.start.adding(seconds: $0) }
            try world.completeRelease()
            try change(&world)
        }
    }

    private func revoke(_ world: inout World, _ reason: RosterKey.Revocation.Reason, at seconds: Int64) throws {
        let alice = try world.signer("alice").publicKey.keyID
        try world.amend(after: 900_000) { try $0.revoke(alice, at: World.start.adding(seconds: seconds), reason: reason) }
    }

    @Test func `a witness's word dates every signature`() throws {
        #expect(try names(witnessedAt: 5000).isEmpty)
        #expect(Set(try names(witnessedAt: nil)).isSuperset(of: ["witness-quorum", "no-trusted-time"]))
    }

    @Test func `a stolen key's signatures stand only if somebody saw them before the theft`() throws {
        #expect(try names(witnessedAt: 5000) { try revoke(&$0, .compromised, at: 6000) }.isEmpty)
        let after = try names(witnessedAt: 7000) { try revoke(&$0, .compromised, at: 6000) }
        #expect(Set(after).isSuperset(of: ["key-revoked", "missing-build"]))
    }

    @Test func `a grant counts at the time that was witnessed`() throws {
        // alice's grant ends, and years later the evidence is still good.
        #expect(
            try names(witnessedAt: 5000) { world in
                try world.amend(after: 6000) { $0.grants.removeAll { $0.person == "alice" } }
                world.now = World.start.adding(seconds: 30_000_000)
            }.isEmpty)
        let late = try names(witnessedAt: 7000) { world in try world.amend(after: 6000) { $0.grants.removeAll { $0.person == "alice" } } }
        #expect(Set(late).isSuperset(of: ["role-not-granted", "missing-build"]))
    }

    @Test func `a checkpoint that is too old is refused where its age is limited`() throws {
        func names(_ age: Int64) throws -> [String] {
            try World.failures { world in
                world.document.policy.maximumCheckpointAge = 3600
                try world.requireWitness()
                world.witnessTime = world.now.adding(seconds: -age)
                try world.completeRelease()
            }
        }
        #expect(try names(3600).isEmpty)
        #expect(try names(3601).contains("checkpoint-too-old"))
    }

    @Test func `a log that shows another face, or forgets, is refused with both notes`() throws {
        try TemporaryDirectory.withSync { folder in
            var world = try World(in: folder)
            try world.completeRelease()
            try world.write()
            let evidence = try Evidence.collect(for: world.artifact)
            let head = try world.log.checkpoint()

            // The same log, with other entries: what another reader was shown.
            let fork = try LogFolder.create(at: folder.appending("fork"), origin: "example.org/ledger", key: world.logKey)
            _ = try fork.append(leaves: (0..<7).map { Data("\($0)".utf8) }, key: world.logKey, isDeduplicating: false)
            var verifier = world.verifier()
            verifier.rememberedCheckpoint = try fork.checkpoint().note
            let split = verifier.verify(evidence, profile: .release)
            #expect(split.failures.map(\.code) == [.logSplitView])
            let forked = try fork.checkpoint().note.text
            #expect(split.failures[0].detail.contains(head.note.text) && split.failures[0].detail.contains(forked))

            // A larger fork can be told only with the log at hand.
            _ = try fork.append(leaves: [Data("8".utf8)], key: world.logKey, isDeduplicating: false)
            verifier.rememberedCheckpoint = try fork.checkpoint().note
            let unknown = verifier.verify(evidence, profile: .release)
            #expect(unknown.accepted && unknown[.witnesses]?.facts.contains { $0.contains("were not compared") } == true)
            verifier.log = fork
            #expect(verifier.verify(evidence, profile: .release).failures.map(\.code).contains(.logSplitView))
            verifier.log = world.log
            #expect(verifier.verify(evidence, profile: .release).failures.map(\.code).contains(.logRollback))
            verifier.rememberedCheckpoint = head.note
            #expect(verifier.verify(evidence, profile: .release).accepted)
            _ = try world.log.append(leaves: [Data("later".utf8)], key: world.logKey, isDeduplicating: false)
            let later = verifier.verify(evidence, profile: .release)
            #expect(later.accepted, "\(later.failures)")
        }
    }

    /// What the authority answered to our request, as another implementation sees it: the one that Sigstore's Python verifier uses.
    private func judge(_ folder: FilePath, stamp: TimestampToken, of text: String) async throws {
        try folder.appending("judged.tsr").replaceContents(with: stamp.der)
        let script = """
            from cryptography import x509
            from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response
            certificate = x509.load_der_x509_certificate(open("tsa.der", "rb").read())
            response = decode_timestamp_response(open("judged.tsr", "rb").read())
            verifier = VerifierBuilder().tsa_certificate(certificate).add_root_certificate(certificate).build()
            assert verifier.verify_message(response, b"\(text)")
            try:
                verifier.verify_message(response, b"other")
                assert False
            except VerificationError: pass
            print(int(response.tst_info.gen_time.timestamp()))
            """
        let python = Repository.root.appending(".tools/venv/bin/python").string
        let output = try await Command(python, ["-c", script], workingDirectory: folder, timeout: .seconds(30)).output()
        let authority = try folder.appending("tsa.der").contents()
        #expect(try output == "\(stamp.verified(of: Data(text.utf8), authorities: [authority]).seconds)\n")
    }

    /// The stamps are those of a real authority: `openssl ts`.
    @Test func `an authority's stamp dates a signature, and one over something else is refused`() async throws {
        try await TemporaryDirectory.with { folder in
            func openssl(_ arguments: [String]) async throws {
                _ = try await Command("openssl", arguments, workingDirectory: folder, timeout: .seconds(20)).output()
            }
            try await openssl(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "tsa.key"])
            try await openssl([
                "req", "-x509", "-new", "-key", "tsa.key", "-subj", "/CN=tsa", "-days", "10", "-addext", "extendedKeyUsage=critical,timeStamping",
                "-out",
                "tsa.pem",
            ])
            try await openssl(["x509", "-in", "tsa.pem", "-outform", "DER", "-out", "tsa.der"])
            try folder.appending("serial").replaceContents(with: "01\n")
            try folder.appending("tsa.cnf").replaceContents(
                with: "[tsa]\nserial = ./serial\nsigner_cert = ./tsa.pem\nsigner_key = ./tsa.key\nsigner_digest = sha256\n"
                    + "default_policy = 1.2.3.4.1\ndigests = sha256\ness_cert_id_alg = sha256\n")
            func stamp(_ data: Data) async throws -> TimestampToken {
                try folder.appending("q").replaceContents(with: try TimestampRequest(stamping: data).der)
                try await openssl(["ts", "-reply", "-config", "tsa.cnf", "-section", "tsa", "-queryfile", "q", "-out", "r"])
                return TimestampToken(der: try folder.appending("r").contents())
            }
            let certificate = try folder.appending("tsa.der").contents()
            try await judge(folder, stamp: stamp(Data("stamped".utf8)), of: "stamped")
            // The roster's time is around the real one, because the authority's clock is.
            let now = Timestamp.now
            var world = try World(in: folder.appending("world").made()) { document in
                document.issued = now.adding(seconds: -1000)
                document.expires = now.adding(seconds: 1_000_000)
                for index in document.keys.indices { document.keys[index].validFrom = now.adding(seconds: -1000) }
                document.timestampAuthorities = [certificate]
                document.policy.requiresTrustedTime = true
            }
            world.now = now.adding(seconds: 10)
            try world.completeRelease()
            for envelope in world.envelopes.envelopes { world.stamps[envelope.digest] = try await stamp(envelope.signatures[0].bytes) }
            try world.write()
            let verdict = try world.verdict()
            #expect(verdict.accepted, "\(verdict.failures)")
            #expect(verdict[.time]?.facts.count == 7)
            let roster = world.folder.appending("roster")
            try roster.createDirectory()
            try roster.appending("1.json").replaceContents(with: world.roster[0].line)
            let script = try world.verifier().explain(try Evidence.collect(for: world.artifact)).script
            let explained = try await Command("sh", [], workingDirectory: world.folder, input: Array(script.utf8), timeout: .seconds(60)).run()
            #expect(explained.exit.isSuccess, "\(explained.errorText)")
            #expect(explained.outputText.split(separator: "\n").filter { $0 == "Verification: OK" }.count == 7)

            let (one, two) = (world.envelopes.envelopes[0].digest, world.envelopes.envelopes[2].digest)
            let good = world.stamps
            world.stamps[one] = good[two]
            try world.write()
            let swapped = try world.verdict()
            #expect(swapped.failures.map(\.name).contains("no-trusted-time") && swapped.ignored.map(\.name) == ["timestamp-invalid"])
            // In every byte but those that OpenSSL does not look at: the authority's own certificate, for the roster's is taken; the name of
            // the signature's algorithm, for it follows from the key and the digest; the versions of SignedData and SignerInfo (RFC 5652 §5.1,
            // §5.3), and the tags of the empty parameters that stand unsigned behind the digest's name. The answer's status may be 1 as well as 0
            // (RFC 3161 §2.4.2).
            let token = try #require(good[one]).der
            let copy = try #require(token.range(of: certificate))
            let name = try #require(token.range(of: Data([0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]), options: .backwards))
            let digest = Data([0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01])
            let (listed, used) = (try #require(token.range(of: digest)), try #require(token.range(of: digest, options: .backwards)))
            let version = try #require(token.range(of: Data([0x02, 0x01, 0x03])))
            let signer = try #require(token[..<used.lowerBound].range(of: Data([0x02, 0x01, 0x01, 0x30]), options: .backwards))
            let status = try #require(token.range(of: Data([0x30, 0x03, 0x02, 0x01, 0x00])))
            let single = [listed.upperBound, used.upperBound, version.lowerBound + 2, signer.lowerBound + 2, status.upperBound - 1].map {
                $0..<$0 + 1
            }
            var evidence = try Evidence.collect(for: world.artifact)
            var proofs = ProofFile(parsing: evidence.proofs ?? Data())
            var accepted: [Int] = []
            let unsigned = [copy, name] + single
            let places = token.indices.map { $0 - token.startIndex }.filter { place in !unsigned.contains { $0.contains(token.startIndex + place) } }
            for place in places {
                var changed = token
                changed[changed.startIndex + place] ^= 1
                proofs.set(TimestampToken(der: changed), for: one)
                evidence.proofs = proofs.contents
                let verdict = world.verifier().verify(evidence, profile: .release)
                guard !verdict.accepted else { accepted.append(place); continue }
                #expect(
                    verdict.failures.map(\.name).contains("no-trusted-time") && verdict.ignored.map(\.name) == ["timestamp-invalid"], "byte \(place)")
            }
            print("mutations of a time stamp: \(places.count), refused by name: \(places.count - accepted.count)")
            #expect(places.count > 100 && accepted.isEmpty, "\(accepted)")
            world.stamps = good
            world.stamps[two] = nil
            try world.write()
            #expect(try world.verdict().failures.map(\.name).contains("no-trusted-time"))
            world.stamps = good
            world.now = now.adding(seconds: -900)
            try world.write()
            #expect(try world.verdict().ignored.map(\.name).contains("timestamp-invalid"))
        }
    }
}

extension FilePath {
    /// Makes the folder.
    fileprivate func made() throws -> FilePath {
        try createDirectory()
        return self
    }
}
