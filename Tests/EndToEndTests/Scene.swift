import Files
import Foundation
import JSONReading
import Processes
import SystemPackage
import TestSupport
import Testing

/// People with keys, a roster, a ledger, a channel and a feedstock, made by the programs themselves.
struct Scene {
    let folder: FilePath
    let feedstock: FilePath
    var hallmark: Program

    var workspace: FilePath { folder.appending("workspace") }
    func key(_ person: String) -> String { folder.appending("keys").appending(person).string }
    func passphrase(_ person: String) -> String { key(person) + ".passphrase" }
    func token(_ name: String) -> String { folder.pushing("channel/tokens").appending(name + ".token").string }

    static func make(in folder: FilePath) async throws -> Scene {
        var hallmark = Program(in: folder)
        hallmark.environment["HALLMARK_WORKSPACE"] = folder.appending("workspace").string
        let feedstock = folder.appending("zstd-feedstock")
        let made = try await Command(.path(Repository.root.pushing("scripts/make-feedstock.sh")), ["zstd", feedstock.string]).run()
        try #require(made.exit == .exited(0), "\(made.errorText)")
        var scene = Scene(folder: folder, feedstock: feedstock, hallmark: hallmark)
        try await scene.makePeople()
        return scene
    }

    private mutating func makePeople() async throws {
        try folder.appending("keys").createDirectory()
        for person in ["ada", "grace", "carol", "mallory", "ledger"] {
            try FilePath(passphrase(person)).replaceContents(with: "correct horse \(person)\n", permissions: .ownerReadWrite)
            try await hallmark.run(["key", "new", key(person), "--passphrase-file", passphrase(person)] + (person == "ledger" ? ["--ledger"] : []))
                .succeed()
        }
        hallmark.environment["HALLMARK_LEDGER"] = folder.appending("ledger").string
        hallmark.environment["HALLMARK_LEDGER_KEY"] = key("ledger")
        hallmark.environment["HALLMARK_LEDGER_PASSPHRASE_FILE"] = passphrase("ledger")
    }

    /// Starts the channel server, with a roster that it asks before anything reaches `main`.
    mutating func serve() async throws -> Serving {
        var channel = hallmark
        channel.executable = Program.channel
        let data = folder.appending("channel").string
        try await channel.run(["init", "--data", data, "--owner", "demo", "--staging", "demo-staging"]).succeed()
        try await channel.run(["output", "--data", data, "--feedstock", "zstd", "zstd"]).succeed()
        try await channel.run(["feedstock-token", "--data", data, "--feedstock", "zstd"]).succeed()
        let port = try FreePort.find()
        try await makeRoster("http://127.0.0.1:\(port)/demo")
        let pin = try folder.appending("pin").text().trimmingCharacters(in: .whitespacesAndNewlines)
        hallmark.environment["HALLMARK_ROSTER"] = folder.appending("roster").string
        hallmark.environment["HALLMARK_ROSTER_PIN"] = pin
        return try await Serving.start(
            channel,
            [
                "serve", "--data", data, "--port", "\(port)", "--ready-file", folder.appending("ready").string, "--roster",
                folder.appending("roster").string, "--roster-pin", pin, "--ledger", folder.appending("ledger").string,
            ],
            ready: folder.appending("ready"))
    }

    private func makeRoster(_ channel: String) async throws {
        let roster = folder.appending("roster").string
        let carol = ["--key", key("carol"), "--passphrase-file", passphrase("carol")]
        let logKey = try await hallmark.run(["log", "init", folder.appending("ledger").string, "--origin", "test.invalid/log"]).succeed()
        let pin = try await hallmark.run(
            [
                "roster", "init", roster, "--channel", channel, "--core", "carol=" + key("carol") + ".pub.pem", "--log-key", logKey.lines[0],
                "--require-cell", "debian-11_linux-64=passed", "--require-cell", "musl_linux-64=uninstallable",
            ] + carol
        ).succeed().lines[0]
        try folder.appending("pin").replaceContents(with: pin)
        let trust = ["--roster", roster, "--roster-pin", pin]
        try await hallmark.run(
            ["roster", "grant", "--person", "ada", "--public-key", key("ada") + ".pub.pem", "--role", "builder", "--package", "zstd"] + trust + carol
        ).succeed()
        try await hallmark.run(
            [
                "roster", "grant", "--person", "grace", "--public-key", key("grace") + ".pub.pem", "--role", "reviewer", "--role", "promoter",
                "--package", "*",
            ]
                + trust + carol
        ).succeed()
    }

    func outcomes(_ json: String) throws -> [String: String] {
        var outcomes: [String: String] = [:]
        for result in try JSONValue(parsing: json).array ?? [] {
            guard let system = result["cell"]?["system"]?.string else { continue }
            outcomes[system] = result["outcome"]?["kind"]?.string ?? result["outcome"]?.string ?? "\(String(describing: result["outcome"]))"
        }
        return outcomes
    }

    /// What the workspace's journal holds of one kind of event.
    func events(_ kind: String) throws -> [JSONValue] {
        try workspace.appending("journal.jsonl").text().split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            .filter { $0["event"]?.string == kind }.compactMap { $0["details"] }
    }

    func wrongToken() throws -> String {
        let path = folder.appending("wrong.token")
        try path.replaceContents(with: "hm-0000000000000000000000\n", permissions: .ownerReadWrite)
        return path.string
    }

    /// One byte of the artifact, of an envelope, of the log, of the record, of the signature: each is refused, by its name.
    func expectFlippedBytesAreNamed(beside artifact: FilePath) async throws {
        for (suffix, names) in [
            ("", ["subject-mismatch", "bad-detached-signature"]), (".sig", ["bad-detached-signature"]), (".audit.json", ["audit-record-mismatch"]),
            (".intoto.jsonl", ["bad-signature", "unknown-key", "evidence-malformed", "key-hint-mismatch", "wrong-payload-type"]),
            (".log", ["build-log-mismatch"]),
            // Proofs are in the order of their envelopes' digests, so the middle byte may be any part of one: its hashes, the log's name, a signature.
            (".proofs.jsonl", ["evidence-malformed", "inclusion-failed", "checkpoint-signature", "not-logged", "wrong-origin"]),
        ] {
            let path = FilePath(artifact.string + suffix)
            let whole = try path.contents()
            var flipped = whole
            // Of the envelopes the first, which says how it was built: one that nothing asks for is set aside, as if it were not there.
            let part = suffix == ".intoto.jsonl" ? whole.prefix { $0 != 0x0A } : whole
            flipped[flipped.startIndex + part.count / 2] ^= 0x01
            try path.replaceContents(with: flipped)
            let answer = try await hallmark("verify", artifact.string)
            #expect(answer.code == 1 && names.contains { answer.output.contains($0) }, "\(suffix): \(answer.output)\(answer.error)")
            try path.replaceContents(with: whole)
        }
        #expect(try await hallmark("verify", artifact.string).code == 0)
    }

    /// What `verify --explain` prints is run as it stands, and says yes.
    func expectExplanationRuns(for artifact: FilePath) async throws {
        let script = try await hallmark("verify", "--explain", artifact.string)
        #expect(script.code == 0 && script.output.contains("openssl dgst"))
        let ran = try await Command("bash", ["-c", script.output], workingDirectory: artifact.removingLastComponent()).run()
        #expect(ran.exit == .exited(0), "\(ran.outputText)\n\(ran.errorText)")
        #expect(ran.outputText.contains("Verified OK"))
    }

    /// No passphrase and no token is in any file of a folder.
    func expectNoSecretIsLeft(in root: FilePath) throws {
        var secrets = ["ada", "grace", "ledger"].map { "correct horse \($0)" }
        for file in try folder.pushing("channel/tokens").children() {
            secrets.append(try file.text().trimmingCharacters(in: .whitespacesAndNewlines))
        }
        func look(_ path: FilePath) throws {
            if path.isSymbolicLink { return }
            if path.isDirectory { return try path.children().forEach(look) }
            let text = String(decoding: try path.contents(), as: UTF8.self)
            for secret in secrets where text.contains(secret) { Issue.record("a secret is in \(path)") }
        }
        try look(root)
    }
}

extension Program.Answer {
    @discardableResult
    func succeed(location: SourceLocation = #_sourceLocation) throws -> Program.Answer {
        try #require(code == 0, "\(output)\n\(error)", sourceLocation: location)
        return self
    }
}
