import Basics
import Conda
import Cryptography
import Files
import Foundation
import Processes
import Provenance
import Roster
import SystemPackage
import Testing
import Verification

@Suite struct EvidenceArchiveTests {
    /// A released artifact and its archive.
    private func made(in folder: FilePath) throws -> (world: World, archive: Data) {
        var world = try World(in: folder)
        try world.amend(after: 10) { $0.people["erin"] = .init() }
        try world.completeRelease()
        try world.write()
        return (world, try EvidenceArchive.collect(for: world.artifact, roster: world.roster).contents)
    }

    @Test func `the archive, the artifact and the pin are enough`() throws {
        try TemporaryDirectory.withSync { folder in
            let (world, archive) = try made(in: folder)
            let elsewhere = folder.appending("elsewhere")
            try elsewhere.createDirectory()
            let artifact = elsewhere.appending(world.name)
            try world.artifact.copyAll(to: artifact)
            var verifier = world.verifier()
            verifier.roster = []
            let verdict = verifier.verify(artifact, archive: archive, profile: .release, target: try world.channel(.main))
            #expect(verdict.accepted, "\(verdict.failures)")
            #expect(verdict.rosterVersion == 2)
            #expect(try EvidenceArchive(parsing: archive).contents == archive)
            verifier.pin = SHA256Digest(of: "another")
            #expect(verifier.verify(artifact, archive: archive, profile: .release).failures.map(\.code) == [.rosterUnpinned])
        }
    }

    @Test func `stock ZIP readers open it and find stock files`() async throws {
        try await TemporaryDirectory.with { folder in
            let (world, archive) = try made(in: folder)
            try folder.appending("e.zip").replaceContents(with: archive)
            let script = """
                import hashlib, json, zipfile
                z = zipfile.ZipFile("e.zip")
                assert z.testzip() is None
                assert all(i.compress_type == 0 and i.flag_bits == 0 for i in z.infolist())
                manifest = json.loads(z.read("manifest.json"))
                for m in manifest["members"]:
                    data = z.read(m["name"])
                    assert len(data) == m["size"] and hashlib.sha256(data).hexdigest() == m["sha256"]
                print(len(z.namelist()), manifest["artifact"]["name"])
                """
            let output = try await Command("python3", ["-c", script], workingDirectory: folder, timeout: .seconds(30)).output()
            // The manifest, 7 envelopes, 7 proofs, 2 roster versions, signature, audit record, log.
            #expect(output == "20 \(world.name)\n")
        }
    }

    @Test func `every cut, and a change of any byte, is refused`() throws {
        try TemporaryDirectory.withSync { folder in
            let (world, archive) = try made(in: folder)
            var verifier = world.verifier()
            verifier.roster = []
            func failures(_ archive: Data) -> [VerificationFailure.Code] {
                verifier.verify(world.artifact, archive: archive, profile: .release).failures.map(\.code)
            }
            #expect(failures(archive).isEmpty)
            for count in stride(from: 0, to: archive.count, by: archive.count / 50) {
                #expect(failures(archive.prefix(count)).contains(.evidenceMalformed))
            }
            for index in stride(from: 0, to: archive.count, by: archive.count / 150) {
                var changed = archive
                changed[index] ^= 1
                #expect(failures(changed).contains(.evidenceMalformed), "byte \(index)")
            }
            #expect(failures(archive + [0]).contains(.evidenceMalformed))
            #expect(failures(Data()).contains(.evidenceMalformed))
        }
    }

    @Test func `evidence of another artifact is refused`() throws {
        try TemporaryDirectory.withSync { folder in
            let (world, archive) = try made(in: folder)
            let renamed = folder.appending("qt-main-5.15.8-h0_2.conda")
            try world.artifact.copyAll(to: renamed)
            let verdict = world.verifier().verify(renamed, archive: archive, profile: .release)
            #expect(Set(verdict.failures.map(\.code)).isSuperset(of: [.evidenceMalformed, .subjectNameMismatch]))
        }
    }
}
