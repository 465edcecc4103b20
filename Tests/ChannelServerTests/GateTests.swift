import Basics
import ChannelServer
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import Packaging
import Provenance
import Roster
import SystemPackage
import Testing

/// A roster in which ada builds, grace reviews and promotes, and carol is the core; and what they sign of an artifact.
private struct People {
    static let server = "https://conda.example.org"
    let keys: [String: SigningKey]
    let roster: FilePath
    let pin: SHA256Digest
    let document: RosterDocument
    let now = Timestamp.now

    init(in folder: FilePath, channel: String = People.server + "/me") throws {
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
            ], policy: .init(cells: ["debian12": "passed"]))
        roster = folder.appending("roster")
        pin = try RosterFolder(roster).create(document, signers: [try #require(keys["carol"])]).pin
    }

    func gate() throws -> VerificationGate { try VerificationGate(roster: roster, pin: pin) }

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
}
