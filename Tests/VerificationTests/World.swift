import Basics
import Conda
import Cryptography
import Files
import Foundation
import Ledger
import Provenance
import Roster
import SystemPackage
import Testing
import Verification

/// A channel with its roster and ledger, an artifact, and everybody's keys: everything that evidence is made from.
struct World {
    let folder: FilePath
    var keys: [String: SigningKey] = [:]
    var document: RosterDocument
    let logKey: LogKey
    let log: LogFolder
    let witnessKey: LogKey
    /// When the witness signs the log's head as evidence is written; nil where it does not.
    var witnessTime: Timestamp?
    /// Stamps by envelope, written with the proofs.
    var stamps: [SHA256Digest: TimestampToken] = [:]
    let name = "qt-main-5.15.8-h0_1.conda"
    let subdir = Subdir.linux64
    var envelopes = EnvelopeFile()
    /// Written beside the others, and in no log.
    var unlogged: [Envelope] = []
    var roster: [Envelope] = []
    var rosterSigners = ["carol"]
    var now = World.start.adding(seconds: 1_000_000)

    static let start = Timestamp(seconds: 1_790_000_000)
    static let end = Timestamp(seconds: 1_850_000_000)
    static let image = SHA256Digest(of: "image")
    static let recipe = SHA256Digest(of: "recipe")
    static let payload = SHA256Digest(of: "payload")
    static let channel = "https://conda.example.org/forge"

    /// alice builds, bob reviews and promotes, ci tests, carol and dave are the core (one of them suffices).
    init(in folder: FilePath, changing change: (inout RosterDocument) throws -> Void = { _ in }) throws {
        self.folder = folder
        logKey = try LogKey.generate()
        witnessKey = try LogKey.generate()
        log = try LogFolder.create(at: folder.appending("ledger"), origin: "example.org/ledger", key: logKey)
        var people: [String: RosterDocument.Person] = [:]
        var entries: [RosterKey] = []
        for person in ["alice", "bob", "ci", "carol", "dave"] {
            let key = try SigningKey.generate()
            keys[person] = key
            people[person] = .init(organisation: person == "alice" || person == "dave" ? "one" : "two")
            entries.append(RosterKey(person: person, key: key.publicKey, validFrom: Self.start, validUntil: Self.end))
        }
        document = RosterDocument(
            channel: Self.channel, issued: Self.start, expires: Self.end, people: people, keys: entries,
            core: .init(threshold: 1, people: ["carol", "dave"]),
            grants: [
                Grant(person: "alice", role: .builder, packages: ["qt-main"], subdirs: ["linux-*"], reference: "https://example.org/pull/7"),
                Grant(person: "ci", role: .tester, packages: ["*"]), Grant(person: "bob", role: .reviewer, packages: ["*"]),
                Grant(person: "bob", role: .promoter, packages: ["*"]),
            ],
            policy: .init(cells: ["debian12": "passed", "alpine": "uninstallable"], images: [Self.image]), logKey: log.key.description)
        try change(&document)
        roster = [try Self.envelope(document, [signer("carol")])]
        try artifact.replaceContents(with: Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }))
        try sidecar(Sidecar.auditRecord.suffix).replaceContents(
            with: #"{"who": "alice", "why": "time", "where": {"engine": "podman", "memory": 8}, "files": ["a", "b"], "green": true}"# + "\n")
        try sidecar(Sidecar.plainBuildLog.suffix).replaceContents(with: "building\nbuilt\n")
    }

    /// The note with one of its signatures as `change` leaves it: four bytes of a key's id, and then the signature.
    static func note(_ note: SignedNote, changing index: Int, _ change: (inout [UInt8]) -> Void) throws -> SignedNote {
        let lines = note.signatures.enumerated().map { offset, signature in
            var bytes = signature.keyID + signature.bytes
            if offset == index { change(&bytes) }
            return "— \(signature.name) \(Base64.encode(bytes))\n"
        }
        return try SignedNote(parsing: note.text + "\n" + lines.joined())
    }

    static let witness = "w.example.org"
    func witness() throws -> NoteKey { try NoteKey(name: Self.witness, kind: .witness, key: witnessKey.publicKey) }

    /// A roster that asks for the one witness, and so for trusted time.
    mutating func requireWitness() throws {
        let text = "log \(log.key)\nwitness w \(try witness())\nquorum w\n"
        document.logPolicy = text
        document.policy.requiresTrustedTime = true
        roster = [try Self.envelope(document, [signer("carol")])]
    }

    /// The same, under a roster of which two core members must sign every version.
    mutating func requireCoreOfTwo() throws {
        try requireWitness()
        document.core.threshold = 2
        rosterSigners = ["carol", "dave"]
        roster = [try Self.envelope(document, rosterSigners.map { try signer($0) })]
    }

    var artifact: FilePath { folder.appending(name) }
    func sidecar(_ suffix: String) -> FilePath { folder.appending(name + suffix) }

    func signer(_ person: String) throws -> SigningKey {
        guard let key = keys[person] else { throw RosterError.unknownPerson(person) }
        return key
    }

    static func envelope(_ document: RosterDocument, _ signers: [any Signer]) throws -> Envelope {
        let encoding = Envelope.preAuthenticationEncoding(type: RosterDocument.payloadType, payload: document.payload)
        return Envelope(
            payloadType: RosterDocument.payloadType, payload: document.payload,
            signatures: try signers.map { ($0.publicKey.keyID, try $0.sign(encoding)) })
    }

    /// Adds a version of the roster, signed by carol, or by whom it takes.
    mutating func amend(after seconds: Int64, _ change: (inout RosterDocument) throws -> Void) throws {
        document = document.successor(issued: Self.start.adding(seconds: seconds))
        try change(&document)
        roster.append(try Self.envelope(document, rosterSigners.map { try signer($0) }))
    }

    // MARK: statements

    func build(
        by person: String = "alice", step: BuildProvenance.Step = .build, image: SHA256Digest? = World.image,
        changing change: (inout BuildProvenance) -> Void = { _ in }
    ) throws -> StatementPredicate {
        var dependencies = [ResourceDescriptor(name: ResourceDescriptor.Name.recipe, sha256: Self.recipe)]
        if let image { dependencies.append(.init(name: ResourceDescriptor.Name.image, uri: "docker://builder", sha256: image)) }
        if step == .embed { dependencies.append(.init(name: ResourceDescriptor.Name.payload, sha256: Self.payload)) }
        var build = BuildProvenance(
            step: step, parameters: .init(feedstock: "qt-main", subdir: subdir, variant: "linux_64_", commit: String(repeating: "a1", count: 20)),
            dependencies: dependencies, builderID: HallmarkURI.person(person), invocationID: "run-1", startedOn: Self.start.adding(seconds: 1000),
            finishedOn: Self.start.adding(seconds: 2000),
            byproducts: step == .build
                ? [
                    .init(name: ResourceDescriptor.Name.auditRecord, sha256: try SHA256Digest(ofFile: sidecar(Sidecar.auditRecord.suffix))),
                    .init(name: ResourceDescriptor.Name.buildLog, sha256: try SHA256Digest(ofFile: sidecar(Sidecar.plainBuildLog.suffix))),
                ] : [])
        change(&build)
        return .build(build)
    }

    func test(_ cell: String = "debian12", _ outcome: String = "passed", expected: String? = nil, image: SHA256Digest = World.image)
        -> StatementPredicate
    {
        .test(TestResult(cell: cell, outcome: outcome, expected: expected ?? outcome, image: .init(uri: "docker://\(cell)", sha256: image)))
    }

    func review(by person: String = "bob", seen: [SHA256Digest]? = nil, accepted: Bool = true, policy: SHA256Digest? = nil) throws
        -> StatementPredicate
    {
        let all = envelopes.envelopes.map(\.digest)
        return .review(
            VerificationSummary(
                verifierID: HallmarkURI.person(person), timeVerified: Self.start.adding(seconds: 3000),
                resourceURI: PackageURL.of(try ArtifactName(parsing: name), subdir: subdir), policy: policy ?? document.digest,
                inputAttestations: seen ?? all, accepted: accepted))
    }

    func publish(_ label: Label) throws -> StatementPredicate { .publish(PublishAttestation(target: try channel(label))) }
    func channel(_ label: Label) throws -> Channel { try Channel(server: "https://conda.example.org", owner: "forge", label: label) }

    /// Signs a predicate about the artifact (or another subject) and adds it to the evidence; not logged yet.
    @discardableResult
    mutating func sign(_ predicate: StatementPredicate, by person: String, subject: Statement.Subject? = nil) throws -> Envelope {
        let subject = try subject ?? .init(name: name, sha256: SHA256Digest(ofFile: artifact))
        let envelope = try Envelope.sign(Statement(subject: subject, predicate: predicate), with: signer(person))
        envelopes.append(envelope)
        return envelope
    }

    func signArtifact(by person: String = "alice") throws {
        try sidecar(Sidecar.signature.suffix).replaceContents(with: try signer(person).sign(file: artifact))
    }

    /// Everything that the builder and CI owe.
    mutating func completeBuild() throws {
        try signArtifact()
        try sign(try build(), by: "alice")
        try sign(try build(step: .embed), by: "alice")
        try sign(test("debian12"), by: "alice")
        try sign(test("alpine", "uninstallable"), by: "ci")
        try sign(try publish(.manual), by: "alice")
    }

    mutating func completeRelease() throws {
        try completeBuild()
        try sign(try review(), by: "bob")
        try sign(try publish(.main), by: "bob")
    }

    // MARK: files and verdicts

    func entry(_ envelope: Envelope) throws -> LedgerEntry {
        let verified = try envelope.verified(by: keys.values.map(\.publicKey))
        return LedgerEntry(signedDigest: verified.signedDigest, signature: verified.signature, key: verified.signer)
    }

    /// Logs every envelope and writes the sidecars.
    func write() throws {
        let entries = try envelopes.envelopes.map { try entry($0) }
        _ = try log.append(entries, key: logKey)
        if let witnessTime {
            let signed = try SignedNote(text: log.checkpoint().note.text, signatures: []).cosigned(
                by: witnessKey, name: Self.witness, at: witnessTime)
            try log.add(try #require(signed.signatures.first), of: witness())
        }
        try writeProofs()
        try EnvelopeFile(envelopes.envelopes + unlogged).write(to: sidecar(Sidecar.envelopes.suffix))
    }

    func writeProofs() throws {
        var proofs = ProofFile([:], timestamps: stamps)
        let entries = try envelopes.envelopes.map { try entry($0) }
        for (envelope, proof) in zip(envelopes.envelopes, try log.prove(entries)) { proofs.set(proof, for: envelope.digest) }
        try proofs.write(to: sidecar(Sidecar.proofs.suffix))
    }

    func verifier() -> Verifier {
        Verifier(roster: roster, pin: SHA256Digest(of: roster[0].payload), channel: Self.channel, now: now) { _ in
            ArtifactContent(subdir: .linux64, recipeSHA256: World.recipe, payloadSHA256: World.payload)
        }
    }

    func verdict(_ profile: VerificationProfile = .release, target: Label? = nil) throws -> Verdict {
        verifier().verify(try Evidence.collect(for: artifact), profile: profile, target: try target.map { try channel($0) })
    }

    /// Makes a world, lets `body` spoil it, logs, writes, and returns the names of the failures.
    static func failures(
        _ profile: VerificationProfile = .release, target: Label? = nil, changing change: (inout RosterDocument) throws -> Void = { _ in },
        _ body: (inout World) throws -> Void
    ) throws -> [String] {
        try verdict(profile, target: target, changing: change, body).failures.map(\.name)
    }

    /// Makes a world, lets `body` spoil it, logs, writes, and judges.
    static func verdict(
        _ profile: VerificationProfile = .release, target: Label? = nil, changing change: (inout RosterDocument) throws -> Void = { _ in },
        _ body: (inout World) throws -> Void
    ) throws -> Verdict {
        try TemporaryDirectory.withSync { folder in
            var world = try World(in: folder, changing: change)
            try body(&world)
            try world.write()
            let verdict = try world.verdict(profile, target: target)
            #if DEBUG
                precondition(verdict.accepted == verdict.failures.isEmpty || verdict.steps.contains { $0.outcome == .notChecked })
            #endif
            return verdict
        }
    }
}
