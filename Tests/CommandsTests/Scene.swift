import Basics
import Conda
import Cryptography
import Files
import Foundation
import Packaging
import Processes
import Provenance
import SystemPackage
import TestSupport
import Testing
import Verification

/// A channel with its roster and its ledger, and a package that ada has built: keys and signatures are real, verbs are the program's.
struct Scene: Sendable {
    let folder: FilePath
    var hallmark: Program
    let keys: [String: SigningKey]
    let ledgerKey: LogKey
    let logKey: String
    let pin: String
    let channel = "https://conda.example.org/forge"

    static let secret = "correct horse"
    var ledger: String { folder.appending("ledger").string }
    var roster: FilePath { folder.appending("roster") }
    func key(_ name: String) -> String { folder.appending("\(name).key").string }
    func signing(_ person: String) -> [String] { ["--key", key(person), "--passphrase-file", folder.appending("passphrase").string] }
    /// The ledger's keeper, who is asked for his key in these variables.
    var keeper: Program {
        var keeper = hallmark
        keeper.environment["HALLMARK_LEDGER_KEY"] = key("ledger")
        keeper.environment["HALLMARK_LEDGER_PASSPHRASE_FILE"] = folder.appending("passphrase").string
        return keeper
    }

    /// ada builds, grace reviews, carol and dave are the core, one of whom suffices; `policy` is given to `roster init`.
    init(in folder: FilePath, policy: [String] = []) async throws {
        self.folder = folder
        try folder.appending("passphrase").replaceContents(with: Self.secret + "\n", permissions: .ownerReadWrite)
        var keys: [String: SigningKey] = [:]
        for person in ["ada", "grace", "carol", "dave"] {
            let key = try SigningKey.generate()
            keys[person] = key
            let pem = try key.encryptedPEM(passphrase: try Passphrase(Self.secret))
            try folder.appending("\(person).key").replaceContents(with: pem, permissions: .ownerReadWrite)
            try folder.appending("\(person).key.pub.pem").replaceContents(with: key.publicKey.pem)
        }
        self.keys = keys
        ledgerKey = try LogKey.generate()
        try folder.appending("ledger.key").replaceContents(
            with: try ledgerKey.encryptedPEM(passphrase: try Passphrase(Self.secret)), permissions: .ownerReadWrite)
        var program = Program(home: folder)
        let passphrase = folder.appending("passphrase").string
        let ledger = folder.appending("ledger").string
        logKey = try await program(
            0, "log", "init", ledger, "--origin", "test.invalid/log", "--ledger-key", folder.appending("ledger.key").string,
            "--ledger-passphrase-file", passphrase
        ).lines[0]
        let core = ["carol", "dave"].flatMap { ["--core", "\($0)=" + folder.appending("\($0).key.pub.pem").string] }
        let made = try await program.run(
            [
                "roster", "init", folder.appending("roster").string, "--channel", channel, "--log-key", logKey, "--require-cell", "debian12=passed",
                "--key", folder.appending("carol.key").string, "--passphrase-file", passphrase,
            ] + core + policy)
        try #require(made.code == 0, "\(made.error)")
        pin = made.lines[0]
        program.environment["HALLMARK_ROSTER"] = folder.appending("roster").string
        program.environment["HALLMARK_ROSTER_PIN"] = pin
        hallmark = program
        for (person, role) in [("ada", "builder"), ("grace", "reviewer")] { try await grant(person, role, key(person) + ".pub.pem") }
    }

    func grant(_ person: String, _ role: String, _ publicKey: String) async throws {
        let answer = try await hallmark.run(
            ["roster", "grant", "--person", person, "--role", role, "--package", "*", "--public-key", publicKey] + signing("carol"))
        try #require(answer.code == 0, "\(answer.error)")
    }

    /// A package that conda's own packer has made; `recipe` is a folder to put into it.
    func package(_ version: String = "0.1", in place: String = "out", recipe: FilePath? = nil, padding: Int = 0) async throws -> FilePath {
        let folder = folder.appending(place)
        try folder.createDirectory()
        _ = try await Command(
            .path(Repository.root.pushing(".tools/venv/bin/python")),
            ["-c", Self.script, folder.string, version, recipe?.string ?? "", "\(padding)"],
            timeout: .seconds(60)
        ).output()
        return folder.appending("foo-\(version)-h1_0.conda")
    }

    /// Everything that the builder owes, unlogged: build, embedding, a test, and the plain signature.
    func sign(_ artifact: FilePath, commit: String = String(repeating: "a1", count: 20), by signer: (any Signer)? = nil, as person: String = "ada")
        throws
    {
        let signer: any Signer = if let signer { signer } else { try #require(keys[person]) }
        let subject = Statement.Subject(name: artifact.lastComponent?.string ?? "", sha256: try SHA256Digest(ofFile: artifact))
        let image = SHA256Digest(of: "image")
        try FilePath(artifact.string + ".audit.json").replaceContents(with: "{\"audit\":true}\n")
        try FilePath(artifact.string + ".log").replaceContents(with: "building\nbuilt \u{1B}[31mred\n")
        let now = Timestamp.now
        let recipe = try #require(try Artifact.open(artifact).inspect().recipeDigest)
        let build = BuildProvenance(
            step: .build, parameters: .init(feedstock: "foo", subdir: .linux64, variant: "linux_64_", commit: commit),
            dependencies: [
                ResourceDescriptor(name: ResourceDescriptor.Name.recipe, sha256: recipe),
                ResourceDescriptor(name: ResourceDescriptor.Name.image, uri: "docker://builder", sha256: image),
            ], builderID: HallmarkURI.person(person), invocationID: "run-1", startedOn: now.adding(seconds: -3000),
            finishedOn: now.adding(seconds: -2000),
            byproducts: [
                ResourceDescriptor(
                    name: ResourceDescriptor.Name.auditRecord, sha256: try SHA256Digest(ofFile: FilePath(artifact.string + ".audit.json"))),
                ResourceDescriptor(name: ResourceDescriptor.Name.buildLog, sha256: try SHA256Digest(ofFile: FilePath(artifact.string + ".log"))),
            ])
        let test = TestResult(cell: "debian12", outcome: "passed", expected: "passed", image: .init(uri: "docker://debian12", sha256: image))
        let target = try Channel(server: "https://conda.example.org", owner: "forge", label: .manual)
        let predicates: [StatementPredicate] = [.build(build), .test(test), .publish(PublishAttestation(target: target))]
        try EnvelopeFile(try predicates.map { try Envelope.sign(Statement(subject: subject, predicate: $0), with: signer) })
            .write(to: FilePath(artifact.string + ".intoto.jsonl"))
        try FilePath(artifact.string + ".sig").replaceContents(with: try signer.sign(file: artifact))
    }

    private static let script = """
        import hashlib, json, os, shutil, sys, tempfile
        import conda_package_handling.api as api
        out, version, recipe, padding = sys.argv[1:]
        with tempfile.TemporaryDirectory() as d:
            os.makedirs(d + "/info"); os.makedirs(d + "/bin")
            files = {"bin/foo": b"#!/bin/sh\\necho foo " + version.encode() + b"\\n"}
            if int(padding): files["bin/padding"] = os.urandom(int(padding))
            for name, data in files.items():
                open(d + "/" + name, "wb").write(data); os.chmod(d + "/" + name, 0o755)
            index = {"name": "foo", "version": version, "build": "h1_0", "build_number": 0, "subdir": "linux-64", "depends": [],
                     "license": "MIT", "timestamp": 1700000000000, "arch": "x86_64", "platform": "linux"}
            paths = {"paths_version": 1, "paths": [{"_path": n, "path_type": "hardlink", "sha256": hashlib.sha256(b).hexdigest(),
                     "size_in_bytes": len(b)} for n, b in files.items()]}
            for file, value in {"index.json": index, "paths.json": paths, "about.json": {"summary": "for tests", "license": "MIT"}}.items():
                json.dump(value, open(d + "/info/" + file, "w"))
            if recipe: shutil.copytree(recipe, d + "/info/recipe")
            else:
                os.makedirs(d + "/info/recipe"); open(d + "/info/recipe/recipe.yaml", "w").write("package:\\n  name: foo\\n")
            open(d + "/info/files", "w").write("".join(n + "\\n" for n in files))
            names = [os.path.relpath(os.path.join(r, f), d) for r, _, fs in os.walk(d) for f in fs]
            api.create(d, names, "foo-%s-h1_0.conda" % version, out)
        """
}
