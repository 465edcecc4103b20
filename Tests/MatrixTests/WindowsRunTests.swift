import Basics
import Conda
import Files
import Foundation
import Processes
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Matrix

/// Cells of Windows in wine (about 30 s, of which wine takes 10 to make its folder).
@Suite(.timeLimit(.minutes(5))) struct WindowsRunTests {
    private static func run(_ subjects: [Subject], siblings: [Subject] = [], seconds: Int, in folder: FilePath, _ wine: WineBox) throws -> MatrixRun {
        let definition = try MatrixDefinition(
            parsing: Data("version: 1\naxes: {system: [windows], subdir: [win-64]}\nlimits: {seconds: \(seconds)}".utf8))
        let plan = MatrixPlan(definition, systems: [TestSystem(WineBox.box)], presence: ["windows": .box])
        var run = MatrixRunTests.run(plan, subjects, siblings: siblings, in: folder)
        run.boxes = wine.settings
        return run
    }

    /// What conda writes for a place on Windows: slashes in texts of any encoding, a launcher's own line, and nothing in any other program.
    private static func expectPlaced(_ solution: Solution, in folder: FilePath) async throws {
        let name = String(solution.digest.hexadecimal.prefix(32))
        let archive = folder.pushing("root/environments").appending(name + ".zip")
        func bytes(_ member: String) async throws -> Data {
            Data(try await Command("unzip", ["-p", archive.string, member]).run().output)
        }
        let place = "C:/hallmark-work/env/\(name.prefix(12))"
        #expect(try await bytes("etc/conf") == Data("root=\(place)/lib\n".utf8))
        #expect(try await bytes("etc/wide") == "root=\(place)".data(using: .utf16LittleEndian))
        let there = "C:\\bld\\" + String(repeating: "_h_env_placehold", count: 10)
        #expect(try await bytes("Library/bin/left.dll") == Data("MZ\0\(there)\\x\0".utf8))
        let launcher = try await bytes("Scripts/tool.exe")
        let line = "MZ program\0#!\(place.replacingOccurrences(of: "/", with: "\\"))\\python.exe\n"
        #expect(launcher.starts(with: Data((line + "PK").utf8)), "\(String(decoding: launcher.prefix(120), as: UTF8.self))")
        let host = Data(folder.string.utf8)
        for member in ["etc/conf", "conda-meta/fine-1.0-0.json", "Scripts/tool.exe"] {
            #expect(try await bytes(member).range(of: host) == nil || member.hasPrefix("conda-meta"), "\(member) names a folder of this machine")
        }
    }

    @Test func `artifacts for Windows are tested in a machine of Windows, and what Windows says is put into words`() async throws {
        try await WineBox.with { wine in
            let paths = try await PlantedWindows.build(in: wine.folder)
            let names = ["fine", "old", "lonely", "several", "later", "both", "linked", "device", "cases", "long"]
            let subjects = try names.map { try Subject(reading: try #require(paths[$0])) }
            let siblings = [try Subject(reading: try #require(paths["capital"]))]
            let results = try await Self.run(subjects, siblings: siblings, seconds: 100, in: wine.folder, wine).run()
            let said = Dictionary(uniqueKeysWithValues: results.map { ($0.artifact.name.package, $0) })
            func words(_ name: String) -> String { said[name].map { "\($0.outcome.kind): \($0.reason)" } ?? "nothing" }

            for name in ["fine", "old", "both"] { #expect(words(name) == "passed: 1 test passed", "\(said[name]?.tests.first?.lastLines ?? [])") }
            #expect(
                said["lonely"]?.outcome == .failed(.missingLibrary(library: "planted.dll", neededBy: "Library/bin/user.exe")), "\(words("lonely"))")
            #expect(
                said["several"]?.tests.map(\.reason) == [
                    "it crashed with an access violation (status 0xC0000005) in `crash`",
                    "it crashed with an illegal instruction (status 0xC000001D) in `illegal`",
                    "a program needs a symbol that its library lacks (status 0xC0000139) in `cmd /d /c exit -1073741511`",
                    "the test calls `no-such-tool`, which is not there", "the test failed with exit code 3: the answer was wrong",
                ])
            #expect(said["later"]?.outcome == .uninstallable, "\(words("later"))")
            #expect(words("linked").contains("`y` of `linked-1.0-0` is a symbolic link"), "\(words("linked"))")
            #expect(words("device").contains("`lib/aux.txt` of `device-1.0-0` cannot be a file on Windows: `aux.txt` is the name of a device"))
            #expect(words("cases").contains("differs from it in upper and lower case alone"), "\(words("cases"))")
            #expect(words("long").contains("and 259 is what most programs take"), "\(words("long"))")

            let system = try #require(said["fine"]?.system)
            #expect(system.windows == "6.1.7601" && system.machine == "x86_64" && system.title.contains("Windows"))
            #expect(said["fine"]?.virtualPackages.contains { $0.description == "__win=6.1.7601=0" } == true)
            try await Self.expectPlaced(try #require(said["fine"]?.solution), in: wine.folder)

            // Wine is of the age before `tar`, so that .NET unpacked; the snapshot was taken before anything was brought in.
            let lines = wine.said
            #expect(lines.prefix(2) == ["up", "snapshot save --force hallmark"] && lines.contains { $0.contains("ExtractToDirectory") })
            #expect(lines.contains("snapshot restore --no-provision hallmark") && lines.last == "destroy")

            // A later Windows has `tar`; what hangs there is ended by its folder's name, as a closed connection ends nothing.
            try await wine.become("win10")
            var later = try Self.run(
                [try Subject(reading: try #require(paths["hanging"]))], siblings: [try Subject(reading: try #require(paths["waiting"]))],
                seconds: 12, in: wine.folder, wine)
            later.results = wine.folder.appending("later")
            let ended = try await later.run()
            #expect(ended.first?.reason == "script 1: it did not end within 12 s, while `hang` was running")
            #expect(ended.first?.system?.windows?.hasPrefix("10.0.") == true)
            #expect(wine.said.dropFirst(lines.count).contains { $0.contains("& tar -xf C:\\hallmark-work\\") })
            #expect(wine.said.contains { $0.contains("Get-WmiObject") })
        }
    }
}
