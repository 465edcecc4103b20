import Basics
import ChannelServer
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import Ledger
import Packaging
import Provenance
import Roster
import SystemPackage
import Testing
import Verification

/// A roster in which ada builds, grace reviews and promotes, and carol is the core; and what they sign of an artifact.
private struct People {
    static let server = "https://conda.example.org"
    let keys: [String: SigningKey]
    let roster: FilePath
    let pin: SHA256Digest
    let document: RosterDocument
    let now = Timestamp.now

    /// Where the ledger is, if the roster names one.
    let ledger: FilePath
    let ledgerKey: LogKey

    init(in folder: FilePath, channel: String = People.server + "/me", hasLedger: Bool = false) throws {
        ledger = folder.appending("ledger")
        ledgerKey = try LogKey.generate()
        let log = hasLedger ? try LogFolder.create(at: ledger, origin: "example.org/ledger", key: ledgerKey) : nil
        var keys: [String: SigningKey] = [:]
        for person in ["ada", "grace", "carol"] { keys[person] = try SigningKey.generate() }
        self.keys = keys
        let (from, until) = (now.adding(seconds: -86_400), now.adding(seconds: 86_400))
        document = RosterDocument(
            channel: channel, issued: from, expires: until, people: ["ada": .init(), "grace": .init(), "carol": .init()],
            keys: keys.sorted { $0.key < $1.key }.map { RosterKey(person: $0.key, key: $0.value.publicKey, validFrom: from, validUntil: until) },
            core: .init(threshold: 1, people: ["carol"]),
            grants: [
                Grant(person: "ada", role: .builder, packages: ["foo"], reference: "https://example.org/pull/7"),
                Grant(person: "grace", role: .reviewer, packages: ["*"]), Grant(person: "grace", role: .promoter, packages: ["*"]),
            ], policy: .init(cells: ["debian12": "passed"]), logKey: log?.key.description)
        roster = folder.appending("roster")
        pin = try RosterFolder(roster).create(document, signers: [try #require(keys["carol"])]).pin
    }

    func gate() throws -> VerificationGate { try VerificationGate(roster: roster, pin: pin) }
    func listeningGate() throws -> VerificationGate { try VerificationGate(roster: roster, pin: pin, ledger: ledger) }

    /// Logs envelopes and gives their proofs.
    func log(_ envelopes: [Envelope]) throws -> ProofFile {
        let log = LogFolder(path: ledger, key: try NoteKey(name: "example.org/ledger", kind: .log, key: ledgerKey.publicKey))
        let entries = try envelopes.map { envelope in
            let verified = try envelope.verified(by: keys.values.map(\.publicKey))
            return LedgerEntry(signedDigest: verified.signedDigest, signature: verified.signature, key: verified.signer)
        }
        for (envelope, entry) in zip(envelopes, entries) { try log.keep(envelope.line, of: entry.leafHash) }
        _ = try log.append(entries, key: ledgerKey)
        return ProofFile(Dictionary(uniqueKeysWithValues: zip(envelopes.map(\.digest), try log.prove(entries))))
    }

    func withdraw(_ artifact: FilePath) throws -> Envelope { try sign(.withdrawal(Withdrawal(reason: "it is broken")), artifact, by: "carol") }

    /// The builder's envelopes: the build with its recipe and audit record, a passed test.
    func evidence(of artifact: FilePath, audit: Data) throws -> EnvelopeFile {
        let recipe = try #require(try Artifact.open(artifact).inspect().recipeDigest)
        let image = SHA256Digest(of: "image")
        let build = BuildProvenance(
            step: .build, parameters: .init(feedstock: "foo", subdir: .linux64, variant: "linux_64_", commit: String(repeating: "a1", count: 20)),
            dependencies: [
                ResourceDescriptor(name: ResourceDescriptor.Name.recipe, sha256: recipe),
                ResourceDescriptor(name: ResourceDescriptor.Name.image, uri: "docker://builder", sha256: image),
            ], builderID: HallmarkURI.person("ada"), invocationID: "run-1", startedOn: now.adding(seconds: -3000),
            finishedOn: now.adding(seconds: -2000),
            byproducts: [ResourceDescriptor(name: ResourceDescriptor.Name.auditRecord, sha256: SHA256Digest(of: audit))])
        var file = EnvelopeFile()
        file.append(try sign(.build(build), artifact, by: "ada"))
        let test = TestResult(cell: "debian12", outcome: "passed", expected: "passed", image: .init(uri: "docker://debian12", sha256: image))
        file.append(try sign(.test(test), artifact, by: "ada"))
        return file
    }

    func review(of artifact: FilePath, seeing file: EnvelopeFile) throws -> Envelope {
        let name = try ArtifactName(parsing: artifact.lastComponent?.string ?? "")
        return try sign(
            .review(
                VerificationSummary(
                    verifierID: HallmarkURI.person("grace"), timeVerified: now, resourceURI: PackageURL.of(name, subdir: .linux64),
                    policy: document.digest, inputAttestations: file.envelopes.map(\.digest), accepted: true)), artifact, by: "grace")
    }

    func publish(_ artifact: FilePath, to label: Label) throws -> Envelope {
        let target = try Channel(server: Self.server, owner: "me", label: label)
        return try sign(.publish(PublishAttestation(target: target)), artifact, by: "grace")
    }

    private func sign(_ predicate: StatementPredicate, _ artifact: FilePath, by person: String) throws -> Envelope {
        let subject = Statement.Subject(name: artifact.lastComponent?.string ?? "", sha256: try SHA256Digest(ofFile: artifact))
        return try Envelope.sign(Statement(subject: subject, predicate: predicate), with: try #require(keys[person]))
    }
}

/// The gate that the executable uses, with real signatures.
@Suite struct GateTests {
    @Test func `a file reaches main when its evidence is complete, and not a statement earlier`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TemporaryDirectory.with { folder in
            let people = try People(in: folder)
            let gate = try people.gate()
            try await TestServer.run(configure: {
                $0.gate = gate
                $0.publicURL = People.server
            }) { server in
                let upload = try Upload(artifact, to: "me", on: server)
                #expect(try await upload.run().status == 200)
                func put(_ suffix: String, _ data: Data) async throws {
                    let path = "/evidence/me/\(upload.basename)\(suffix)"
                    let answer = try await server.probe.request("PUT", path, token: try server.token("me.evidence"), body: Array(data))
                    #expect([200, 201].contains(answer.status), "\(answer.text)")
                }
                func failures() async throws -> [String] {
                    let body: JSONValue = ["basename": .string(upload.basename)]
                    let answer = try await server.call("POST", "/channels/me/main", as: "me.promote", body)
                    #expect(answer.status == (answer.json["failures"] == nil ? 201 : 403))
                    return answer.json["failures"]?.array?.compactMap { $0["name"]?.string } ?? []
                }
                func bytes(_ file: EnvelopeFile) throws -> Data {
                    let path = folder.appending("envelopes")
                    try file.write(to: path)
                    return try path.contents()
                }
                #expect(try await failures().contains("evidence-missing"))
                let audit = Data("{\"audit\":true}".utf8)
                var file = try people.evidence(of: artifact, audit: audit)
                try await put(".audit.json", audit)
                try await put(".sig", try #require(people.keys["ada"]).sign(file: artifact))
                try await put(".intoto.jsonl", try bytes(file))
                #expect(try await Set(failures()) == ["missing-publish", "review-threshold"])

                let review = try people.review(of: artifact, seeing: file)
                file = EnvelopeFile()
                file.append(review)
                file.append(try people.publish(artifact, to: .manual))
                try await put(".intoto.jsonl", try bytes(file))
                #expect(try await failures() == ["wrong-target-channel"])

                file = EnvelopeFile()
                file.append(try people.publish(artifact, to: .main))
                try await put(".intoto.jsonl", try bytes(file))
                #expect(try await failures() == [])
                #expect(try await server.probe.request("GET", "/me/" + upload.basename).body == upload.bytes)
            }
        }
    }

    @Test func `a roster of another channel, or one that cannot be read any more, opens nothing`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TemporaryDirectory.with { folder in
            let people = try People(in: folder, channel: "https://conda.example.org/other")
            #expect(throws: RosterError.self) { try VerificationGate(roster: people.roster, pin: SHA256Digest(of: "another")) }
            #expect(throws: RosterError.self) { try VerificationGate(roster: folder.appending("nowhere"), pin: people.pin) }
            let gate = try people.gate()
            try await TestServer.run(configure: {
                $0.gate = gate
                $0.publicURL = People.server
            }) { server in
                let upload = try Upload(artifact, to: "me", on: server)
                #expect(try await upload.run().status == 200)
                let body: JSONValue = ["basename": .string(upload.basename)]
                let refused = try await server.call("POST", "/channels/me/main", as: "me.promote", body)
                #expect(refused.json["failures"]?.array?.contains { $0["name"] == "wrong-channel-roster" } == true)
                try people.roster.appending("1.json").replaceContents(with: "{")
                let unread = try await server.call("POST", "/channels/me/main", as: "me.promote", body)
                #expect(unread.status == 403 && unread.json["failures"]?[0]?["name"] == "could-not-verify")
            }
        }
    }

    @Test func `a withdrawal in the ledger closes the gate, whatever evidence was sent, and so does a ledger that cannot be read`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TemporaryDirectory.with { folder in
            let people = try People(in: folder, hasLedger: true)
            let gate = try people.listeningGate()
            let audit = Data("{\"audit\":true}".utf8)
            var file = try people.evidence(of: artifact, audit: audit)
            let review = try people.review(of: artifact, seeing: file)
            for envelope in [review, try people.publish(artifact, to: .main)] { file.append(envelope) }
            let evidence = folder.appending("evidence")
            try evidence.createDirectory()
            let copy = evidence.appending(artifact.lastComponent?.string ?? "")
            try artifact.copyAll(to: copy)
            try FilePath(copy.string + ".audit.json").replaceContents(with: audit)
            try FilePath(copy.string + ".sig").replaceContents(with: try #require(people.keys["ada"]).sign(file: artifact))
            try file.write(to: FilePath(copy.string + ".intoto.jsonl"))
            try people.log(file.envelopes).write(to: FilePath(copy.string + ".proofs.jsonl"))
            let request = PromotionRequest(
                owner: try TestServer.owner("me"), label: .main, server: People.server, subdir: .linux64,
                artifact: try ArtifactName(parsing: copy.lastComponent?.string ?? ""), path: copy, sha256: try SHA256Digest(ofFile: copy),
                sidecars: [:])
            func names(_ gate: VerificationGate) async -> [String] {
                switch await gate.verdict(on: request) {
                case .accepted: []
                case .refused(let failures): failures.map(\.name)
                }
            }
            #expect(await names(gate) == [])
            let before = folder.appending("before")
            try people.ledger.copyAll(to: before)

            // Nothing of it lies beside the artifact.
            let withdrawal = try people.withdraw(artifact)
            _ = try people.log([withdrawal])
            #expect(await names(gate) == ["withdrawn"])
            #expect(await names(try people.gate()) == [], "a gate without the ledger cannot know")

            // An older ledger, a withheld document, a changed entry, no ledger: each is a no.
            let newest = folder.appending("newest")
            try people.ledger.move(to: newest)
            #expect(await names(gate) == ["could-not-verify"])
            try before.copyAll(to: people.ledger)
            #expect(await names(gate).contains("log-rollback"))
            try people.ledger.removeAll()
            try newest.copyAll(to: people.ledger)
            for object in try people.ledger.appending("objects").children() where try object.contents() == withdrawal.line { try object.removeAll() }
            #expect(await names(gate) == ["could-not-verify"])
            try people.ledger.removeAll()
            try newest.move(to: people.ledger)
            let entries = people.ledger.pushing("tile/entries/000.p/5")
            var bytes = try entries.contents()
            bytes[bytes.count - 1] ^= 1
            try entries.replaceContents(with: bytes)
            #expect(await names(gate) == ["could-not-verify"])
            #expect(throws: (any Error).self) { try VerificationGate(roster: people.roster, pin: people.pin, ledger: folder.appending("nowhere")) }
        }
    }

    @Test func `a ledger without a log in the roster opens no gate`() throws {
        try TemporaryDirectory.withSync { folder in
            let people = try People(in: folder)
            #expect(throws: ChannelServerError.rosterNamesNoLog(people.ledger)) { try people.listeningGate() }
        }
    }
}
