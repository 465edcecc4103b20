import Basics
import Conda
import Files
import Foundation
import JSONReading
import Processes
import SystemPackage
import TestSupport
import Testing

@testable import Workbench

/// `embed` and `sign`, killed at each line that they write to the journal, on one package that was really built; about ten seconds.
@Suite(.timeLimit(.minutes(5))) struct VerbKillTests {
    /// Each kill has copies of its own of the workspace and of the ledger.
    private struct Place {
        let fixture: ToolFixture
        let killer: JournalKiller
        var workspace: FilePath { fixture.workspace }

        func copy(_ name: String) async throws -> Place {
            let folder = fixture.folder.appending(name)
            try folder.createDirectory()
            for part in ["workspace", "ledger"] {
                _ = try await Command("cp", ["-a", fixture.folder.appending(part).string, folder.appending(part).string]).output()
            }
            var environment = fixture.environment
            environment["HALLMARK_WORKSPACE"] = folder.appending("workspace").string
            environment["HALLMARK_LEDGER"] = folder.appending("ledger").string
            // Who has seen one copy of the ledger takes another for a fork of it.
            environment["HOME"] = folder.string
            return Place(fixture: ToolFixture(folder: folder, feedstock: fixture.feedstock, environment: environment), killer: killer)
        }

        func run(_ words: [String], killedAt line: Int? = nil, _ moment: String = "") async throws -> ProcessResult {
            var values = fixture.environment
            if let line { values.merge(killer.variables(line: line, moment)) { $1 } }
            return try await Command(
                BuildFixture.shim[0], words, environment: .inherited(adding: values), workingDirectory: fixture.folder, timeout: .seconds(120)
            ).run()
        }

        func succeed(_ words: String...) async throws -> String {
            let result = try await run(words)
            try #require(result.exit == .exited(0), "\(words): \(result.errorText)")
            return result.outputText.trimmingCharacters(in: .whitespacesAndNewlines)
        }

        var artifact: FilePath { workspace.pushing("artifacts/linux-64/thing-1.0-h0_0.conda") }
    }

    /// A workspace with a package that is built, and people with keys, a roster and a ledger.
    private func build(in folder: FilePath) async throws -> Place {
        let steps = BuildFixture.goodSteps.replacingOccurrences(of: "echo package >", with: "cat build_artifacts/ready.conda >")
        var fixture = try await ToolFixture.make(in: folder, steps: steps)
        try fixture.feedstock.appending("build_artifacts").createDirectory()
        _ = try await Command(
            .path(Repository.root.pushing(".tools/venv/bin/python")),
            ["-c", Self.package, fixture.feedstock.appending("build_artifacts/ready.conda").string], timeout: .seconds(60)
        ).output()
        try folder.appending("passphrase").replaceContents(with: "correct horse\n", permissions: .ownerReadWrite)
        fixture.environment["HALLMARK_LEDGER"] = folder.appending("ledger").string
        fixture.environment["HALLMARK_LEDGER_KEY"] = folder.appending("keeper").string
        fixture.environment["HALLMARK_LEDGER_PASSPHRASE_FILE"] = folder.appending("passphrase").string
        var place = Place(fixture: fixture, killer: try await JournalKiller.make(in: folder))
        let secret = ["--passphrase-file", folder.appending("passphrase").string]
        for person in ["ada", "carol", "keeper"] {
            let made = try await place.run(["key", "new", folder.appending(person).string] + secret + (person == "keeper" ? ["--ledger"] : []))
            try #require(made.exit == .exited(0), "\(made.errorText)")
        }
        let logKey = try await place.succeed("log", "init", folder.appending("ledger").string, "--origin", "test.invalid/log")
        let carol = ["--key", folder.appending("carol").string] + secret
        let roster = try await place.run(
            [
                "roster", "init", folder.appending("roster").string, "--channel", "https://conda.example.org/forge", "--log-key", logKey,
                "--core", "carol=" + folder.appending("carol.pub.pem").string, "--require-cell", "debian12=passed",
            ] + carol)
        try #require(roster.exit == .exited(0), "\(roster.errorText)")
        fixture.environment["HALLMARK_ROSTER"] = folder.appending("roster").string
        fixture.environment["HALLMARK_ROSTER_PIN"] = roster.outputText.split(separator: "\n").first.map(String.init)
        place = Place(fixture: fixture, killer: place.killer)
        let granted = try await place.run(
            ["roster", "grant", "--person", "ada", "--role", "builder", "--package", "*", "--public-key", folder.appending("ada.pub.pem").string]
                + carol)
        try #require(granted.exit == .exited(0), "\(granted.errorText)")
        _ = try await Command(
            "git", ["-C", fixture.feedstock.string, "remote", "add", "origin", "https://example.org/forge/thing-feedstock"]
        ).output()
        _ = try await fixture.hallmark("open", fixture.feedstock.string)
        _ = try await place.succeed("build")
        return place
    }

    /// The matrix as if it had been run: its cells are another test's.
    private func test(_ place: Place) async throws {
        let workspace = try Workspace.read(place.workspace)
        let session = try WorkspaceSession(workspace, verb: "test")
        let artifact = try workspace.artifact(at: place.artifact, subdir: .linux64)
        let result = place.workspace.appending("cell.json")
        try result.replaceContents(with: "{}\n")
        let image = "sha256:" + String(repeating: "a", count: 64)
        try await session.record(
            .cellFinished(
                .init(
                    artifact: artifact, cell: "debian12", outcome: "passed", expected: "passed", image: image, result: try workspace.reference(result)
                )))
        try await session.record(.matrixFinished(.init(artifact: artifact, counts: ["passed": 1], isGreen: true)))
    }

    @Test func `killed at any line of the journal, embed and sign make the same of it and repeat nothing`() async throws {
        try await TemporaryDirectory.with { folder in try await embedAndSign(try await build(in: folder), in: folder) }
    }

    private func embedAndSign(_ built: Place, in folder: FilePath) async throws {
        let whole = try await built.copy("whole")
        _ = try await whole.succeed("embed")
        for moment in ["half", "after"] { try await embed(built, killed: moment, like: whole) }
        try await test(whole)
        let words = ["sign", "--key", folder.appending("ada").string, "--passphrase-file", folder.appending("passphrase").string]
        let reference = try await whole.copy("signed")
        let signed = try await reference.run(words)
        try #require(signed.exit == .exited(0), "\(signed.errorText)")
        #expect(try reference.fixture.events().suffix(3) == ["recorded", "signed", "logged"])
        // What lies between two lines is done again from the line before, so the moment before a line says the same as half of it.
        for (line, moment) in [(1, "after"), (2, "half"), (2, "after"), (3, "half"), (3, "after")] {
            try await sign(whole, words, killedAt: line, moment, like: reference)
        }
    }

    private func embed(_ built: Place, killed moment: String, like whole: Place) async throws {
        let place = try await built.copy("embed-\(moment)")
        let killed = try await place.run(["embed"], killedAt: 1, moment)
        #expect(killed.exit == .signalled(SIGKILL))
        let again = try await place.run(["embed"])
        #expect(again.exit == .exited(0), "\(again.errorText)")
        #expect(again.errorText.contains("done before") == (moment == "after"), "\(again.errorText)")
        let (events, expected) = (try place.fixture.events(), try whole.fixture.events())
        #expect(events == expected, "\(moment)")
        let isSame = try place.artifact.contents() == whole.artifact.contents()
        #expect(isSame, "\(moment)")
    }

    private func sign(_ whole: Place, _ words: [String], killedAt line: Int, _ moment: String, like reference: Place) async throws {
        let place = try await whole.copy("sign-\(line)-\(moment)")
        let killed = try await place.run(words, killedAt: line, moment)
        #expect(killed.exit == .signalled(SIGKILL), "\(line) \(moment)")
        let audit = FilePath(place.artifact.string + ".audit.json")
        let signature = FilePath(place.artifact.string + ".sig")
        let (auditBefore, signatureBefore) = (try? audit.contents(), try? signature.contents())
        let again = try await place.run(words)
        #expect(again.exit == .exited(0), "\(line) \(moment) \(again.errorText)")
        let (events, expected) = (try place.fixture.events(), try reference.fixture.events())
        #expect(events == expected, "\(line) \(moment)")
        // What the journal had is as it was, and nothing is in the ledger twice.
        let isWritten = moment == "after"
        let (auditAfter, signatureAfter) = (try audit.contents(), try signature.contents())
        if line > 1 || isWritten { #expect(auditAfter == auditBefore, "\(line) \(moment)") }
        if line > 2 || line == 2 && isWritten { #expect(signatureAfter == signatureBefore, "\(line) \(moment)") }
        let size = try place.fixture.journal().last?["details"]?["treeSize"]?.integer
        let expectedSize = try reference.fixture.journal().last?["details"]?["treeSize"]?.integer
        #expect(size == expectedSize, "\(line) \(moment)")
        let verdict = try await place.run(["verify", place.artifact.string])
        #expect(verdict.exit == .exited(0), "\(line) \(moment) \(verdict.outputText) \(verdict.errorText)")
    }

    private static let package = """
        import hashlib, json, os, sys, tempfile
        import conda_package_handling.api as api
        with tempfile.TemporaryDirectory() as d:
            os.makedirs(d + "/info"); os.makedirs(d + "/bin")
            body = b"#!/bin/sh\\necho thing\\n"
            open(d + "/bin/thing", "wb").write(body); os.chmod(d + "/bin/thing", 0o755)
            index = {"name": "thing", "version": "1.0", "build": "h0_0", "build_number": 0, "subdir": "linux-64", "depends": [],
                     "license": "MIT", "timestamp": 1700000000000, "arch": "x86_64", "platform": "linux"}
            paths = {"paths_version": 1, "paths": [{"_path": "bin/thing", "path_type": "hardlink",
                     "sha256": hashlib.sha256(body).hexdigest(), "size_in_bytes": len(body)}]}
            for file, value in {"index.json": index, "paths.json": paths, "about.json": {"summary": "for tests", "license": "MIT"}}.items():
                json.dump(value, open(d + "/info/" + file, "w"))
            open(d + "/info/files", "w").write("bin/thing\\n")
            names = [os.path.relpath(os.path.join(r, f), d) for r, _, fs in os.walk(d) for f in fs]
            api.create(d, names, os.path.basename("thing-1.0-h0_0.conda"), os.path.dirname(sys.argv[1]))
            os.rename(os.path.dirname(sys.argv[1]) + "/thing-1.0-h0_0.conda", sys.argv[1])
        """
}
