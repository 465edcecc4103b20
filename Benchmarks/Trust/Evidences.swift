import Basics
import Conda
import Cryptography
import Files
import Foundation
import Ledger
import Provenance
import Roster
import SystemPackage
import Verification

/// A channel's worth of released artifacts with their evidence: seven envelopes each, all in one witnessed log.
struct Evidences {
    let folder: FilePath
    let verifier: Verifier
    let names: [String]
    let keys: [PublicKey]
    let envelopes: [Envelope]

    private static let start = Timestamp(seconds: 1_790_000_000)
    private static let digest = SHA256Digest(of: "a digest")

    /// Writes `count` artifacts and archives into `folder`.
    init(_ count: Int, in folder: FilePath) throws {
        let people = ["alice", "bob", "carol"]
        let signers = try Dictionary(uniqueKeysWithValues: people.map { ($0, try SigningKey.generate()) })
        func signer(_ person: String) throws -> SigningKey {
            guard let signer = signers[person] else { throw RosterError.unknownPerson(person) }
            return signer
        }
        let (logKey, witnessKey) = (try LogKey.generate(), try LogKey.generate())
        let log = try LogFolder.create(at: folder.appending("ledger"), origin: "example.org/ledger", key: logKey)
        let witness = try NoteKey(name: "w.example.org", kind: .witness, key: witnessKey.publicKey)
        let end = Self.start.adding(seconds: 60_000_000)
        let document = RosterDocument(
            channel: "https://conda.example.org/forge", issued: Self.start, expires: end,
            people: Dictionary(uniqueKeysWithValues: people.map { ($0, .init()) }),
            keys: try people.map { RosterKey(person: $0, key: try signer($0).publicKey, validFrom: Self.start, validUntil: end) },
            core: .init(threshold: 1, people: ["carol"]),
            grants: [
                Grant(person: "alice", role: .builder, packages: ["*"]), Grant(person: "bob", role: .reviewer, packages: ["*"]),
                Grant(person: "bob", role: .promoter, packages: ["*"]),
            ], policy: .init(cells: ["debian12": "passed"], requiresTrustedTime: true), logKey: log.key.description,
            logPolicy: "log \(log.key)\nwitness w \(witness)\nquorum w\n")
        let encoding = Envelope.preAuthenticationEncoding(type: RosterDocument.payloadType, payload: document.payload)
        let carol = try signer("carol")
        let roster = Envelope(
            payloadType: RosterDocument.payloadType, payload: document.payload, signatures: [(carol.publicKey.keyID, try carol.sign(encoding))])

        var names: [String] = []
        var files: [(path: FilePath, envelopes: [Envelope], signature: Data)] = []
        for number in 0..<count {
            let name = "package-\(number)-h0_0.conda"
            let path = folder.appending(name)
            try path.replaceContents(with: Data("the artifact \(number)\n".utf8))
            let sha256 = try SHA256Digest(ofFile: path)
            let artifact = try ArtifactName(parsing: name)
            func sign(_ predicate: StatementPredicate, _ person: String) throws -> Envelope {
                try Envelope.sign(Statement(subject: .init(artifact, sha256: sha256), predicate: predicate), with: signer(person))
            }
            var envelopes = [
                try sign(Self.build(.build), "alice"), try sign(Self.build(.embed), "alice"),
                try sign(Self.test("debian12"), "alice"), try sign(Self.test("alpine"), "alice"),
                try sign(.publish(PublishAttestation(target: try Self.channel(.manual))), "alice"),
            ]
            let summary = VerificationSummary(
                verifierID: HallmarkURI.person("bob"), timeVerified: Self.start.adding(seconds: 100),
                resourceURI: PackageURL.of(artifact, subdir: .linux64), policy: document.digest, inputAttestations: envelopes.map(\.digest),
                accepted: true)
            envelopes.append(try sign(.review(summary), "bob"))
            envelopes.append(try sign(.publish(PublishAttestation(target: try Self.channel(.main))), "bob"))
            names.append(name)
            files.append((path, envelopes, try signer("alice").sign(file: path)))
        }
        let keys = try people.map { try signer($0).publicKey }
        let entries = try files.flatMap(\.envelopes).map { envelope in
            let verified = try envelope.verified(by: keys)
            return LedgerEntry(signedDigest: verified.signedDigest, signature: verified.signature, key: verified.signer)
        }
        _ = try log.append(entries, key: logKey)
        let unsigned = SignedNote(text: try log.checkpoint().note.text, signatures: [])
        let cosigned = try unsigned.cosigned(by: witnessKey, name: witness.name, at: Self.start.adding(seconds: 200))
        for signature in cosigned.signatures { try log.add(signature, of: witness) }
        var proofs = try log.prove(entries)[...]
        for file in files {
            let archive = EvidenceArchive(
                fileName: file.path.lastComponent?.string ?? "", sha256: try SHA256Digest(ofFile: file.path), envelopes: EnvelopeFile(file.envelopes),
                proofs: ProofFile(Dictionary(uniqueKeysWithValues: zip(file.envelopes.map(\.digest), proofs.prefix(file.envelopes.count)))),
                roster: [roster], detachedSignature: file.signature, auditRecord: Data("audit\n".utf8), buildLog: nil)
            proofs = proofs.dropFirst(file.envelopes.count)
            try archive.write(to: folder.appending((file.path.lastComponent?.string ?? "") + EvidenceArchive.fileExtension))
        }
        self.folder = folder
        self.names = names
        self.keys = keys
        envelopes = files.flatMap(\.envelopes)
        verifier = Verifier(
            roster: [], pin: document.digest, channel: document.channel, now: Self.start.adding(seconds: 1000)
        ) { _ in ArtifactContent(subdir: .linux64, recipeSHA256: Self.digest, payloadSHA256: Self.digest) }
    }

    /// Verifies every archive; returns how many were accepted.
    func verify() throws -> Int {
        let target = try Self.channel(.main)
        return try names.filter { name in
            let archive = try folder.appending(name + EvidenceArchive.fileExtension).contents()
            return verifier.verify(folder.appending(name), archive: archive, profile: .release, target: target).accepted
        }.count
    }

    private static func channel(_ label: Label) throws -> Channel { try Channel(server: "https://conda.example.org", owner: "forge", label: label) }

    private static func build(_ step: BuildProvenance.Step) -> StatementPredicate {
        var dependencies = [
            ResourceDescriptor(name: ResourceDescriptor.Name.recipe, sha256: digest),
            ResourceDescriptor(name: ResourceDescriptor.Name.image, uri: "docker://builder", sha256: digest),
        ]
        if step == .embed { dependencies.append(.init(name: ResourceDescriptor.Name.payload, sha256: digest)) }
        return .build(
            BuildProvenance(
                step: step,
                parameters: .init(feedstock: "package", subdir: .linux64, variant: "linux_64_", commit: String(repeating: "a1", count: 20)),
                dependencies: dependencies, builderID: HallmarkURI.person("alice"), invocationID: "run-1", startedOn: start,
                finishedOn: start.adding(seconds: 50),
                byproducts: step == .build ? [.init(name: ResourceDescriptor.Name.auditRecord, sha256: SHA256Digest(of: "audit\n"))] : []))
    }

    private static func test(_ cell: String) -> StatementPredicate {
        .test(TestResult(cell: cell, outcome: "passed", expected: "passed", image: .init(uri: "docker://\(cell)", sha256: digest)))
    }
}
