import Containers
import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing

@testable import Matrix

/// kill -9 in the middle of a run (about 60 s): four times at random points, or as often as HALLMARK_KILLS says.
@Suite struct MatrixKillTests {
    @Test func `whatever moment a run is killed at, the next command leaves nothing behind and repeats nothing`() async throws {
        let times = ProcessInfo.processInfo.environment["HALLMARK_KILLS"].flatMap { Int($0) } ?? 4
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["fine", "friend", "slow", "slower"], in: folder)
            let hallmark = Hallmark(folder: folder)
            try folder.appending("matrix.yaml").replaceContents(
                with: "version: 1\naxes: {system: [debian-12, musl], subdir: [linux-64]}\nlimits: {seconds: 60, memory: 256 MiB}\n")
            let files = paths.values.map(\.string).sorted()
            let volumes = try await Self.podman("volume", "ls", "--quiet")
            var unfinished = 0
            for round in 0..<times {
                let results = folder.appending("results-\(round)")
                let arguments = ["matrix", "run"] + files + ["--matrix", "matrix.yaml", "--results", results.string, "--jobs", "2"]
                // The first round makes what later ones find in the cache, so every stage is met.
                let process = try hallmark.start(arguments)
                try await Task.sleep(for: .milliseconds(Int.random(in: 100...(round == 0 ? 9000 : 6000))))
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()

                let finished = try Self.contents(of: results)
                if finished.count < 8 { unfinished += 1 }
                let next = try await Command(
                    .path(Hallmark.program), arguments, environment: .only(hallmark.environment), workingDirectory: folder, timeout: .seconds(200)
                ).run()
                #expect(next.exit.isSuccess, "round \(round): \(next.errorText.suffix(2000))")
                let after = try Self.contents(of: results)
                #expect(after.count == 8)
                for (file, bytes) in finished { #expect(after[file] == bytes, "round \(round): \(file) was run again") }

                let owner = Self.owner(of: results)
                #expect(try await Self.podman("ps", "--all", "--quiet", "--filter", "label=\(MatrixRun.label)=\(owner)") == "")
                #expect(try await Self.podman("volume", "ls", "--quiet") == volumes)
                #expect(try !FilePath("/proc/self/mounts").text().contains(folder.string), "a mount is left")
                let left = try folder.appending("cache").children().filter { $0.lastComponent?.string.hasPrefix("work-") == true }
                #expect(left.isEmpty, "\(left)")
                #expect(try Self.processes(naming: folder).isEmpty)
            }
            #expect(unfinished > 0, "no run was killed before its end, so nothing was shown")
        }
    }

    /// The finished results, by their paths.
    private static func contents(of results: FilePath) throws -> [String: Data] {
        guard results.exists else { return [:] }
        var found: [String: Data] = [:]
        for folder in try results.children() where folder.isDirectory && folder.lastComponent != "runs" {
            for file in try folder.children() where file.extension == "json" { found[file.string] = try file.contents() }
        }
        return found
    }

    private static func owner(of results: FilePath) -> String {
        MatrixRun(
            plan: MatrixPlan(MatrixDefinition(cells: [], rules: [], limits: .init()), systems: [], presence: [:]), subjects: [],
            engine: MatrixRunTests.engine, maker: EnvironmentMaker(python: TestTools.python, root: results), results: results
        ).owner
    }

    private static func podman(_ arguments: String...) async throws -> String {
        try await Command("podman", arguments, environment: .inherited(adding: TestTools.podmanSettings)).output()
    }

    /// Programs whose arguments name the folder.
    private static func processes(naming folder: FilePath) throws -> [String] {
        try FilePath("/proc").children().compactMap { entry in
            guard let name = entry.lastComponent?.string, name.allSatisfy(\.isNumber),
                let line = try? entry.appending("cmdline").text(limit: 1 << 20), line.contains(folder.string)
            else { return nil }
            return line.replacingOccurrences(of: "\0", with: " ")
        }
    }
}
