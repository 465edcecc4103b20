import Conda
import Containers
import Files
import Foundation
import Processes
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Matrix

/// Our outcomes beside those of rattler-build's own test runner, run inside the same image (about 25 s).
@Suite struct AgreementTests {
    /// What is not compared: rattler-build sets no limits, so these would not end, or would take this machine's memory and disk.
    static let unbounded: Set<String> = ["hanging", "hungry", "wide", "bomb"]
    /// rattler-build links its environments to one cache: whether the second test sees what the first one wrote depends on the file system.
    static let unsettled: Set<String> = ["writer"]
    /// Where the two differ on purpose, and why.
    static let differences: [String: String] = [
        "untested": "rattler-build calls a package without tests a success; here nothing was shown, so it is no pass",
        "fine": "its test insists on what only the matrix gives: an unprivileged user and an environment that is not written to",
        "lua": "rattler-build runs no test that is written for Lua",
    ]

    @Test func `the outcomes agree with rattler-build's own, in the same image`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(in: folder).filter {
                !Self.unbounded.contains($0.key) && !Planted.apart.contains($0.key) && !Self.unsettled.contains($0.key)
            }
            let subjects = try paths.sorted { $0.key < $1.key }.map { try Subject(reading: $0.value) }
            let image = ImageCatalogue.Image(
                name: "builder", role: .cell, distribution: "the builder", local: "localhost/hallmark/builder:11",
                libc: .init(name: "glibc", version: "2.31"))
            let system = TestSystem(image)
            let facts = try #require(try await MatrixRunTests.engine.image("localhost/hallmark/builder:11"), "docker/make-images.sh makes it")
            let definition = try MatrixDefinition(
                parsing: Data("version: 1\naxes: {system: [builder], subdir: [linux-64]}\nlimits: {seconds: 60}".utf8))
            let plan = MatrixPlan(definition, systems: [system], presence: ["builder": .image(reference: "localhost/hallmark/builder:11", facts)])
            let ours = try await MatrixRunTests.run(plan, subjects, in: folder).run()
            let theirs = try await Self.rattlerBuild(subjects, folder)

            var table: [String] = []
            for result in ours {
                let name = result.artifact.name.package
                let judged = try #require(theirs[name], "rattler-build said nothing of \(name)")
                let agree = (result.outcome == .passed) == (judged == "passed")
                table.append("| \(name) | \(result.outcome.kind) | \(judged.prefix { $0 != " " }) | \(agree ? "" : Self.differences[name] ?? "?") |")
                #expect(agree == (Self.differences[name] == nil), "\(name): \(result.reason) / \(judged)")
            }
            #expect(table.count >= 15, "\(table)")
            let page = try Repository.root.appending("docs/matrix.md").text()
            for row in table where !page.contains(row) { Issue.record("docs/matrix.md lacks:\n\(row)\nof:\n\(table.joined(separator: "\n"))") }
        }
    }

    /// Runs rattler-build's tests for each in the builder image: `passed`, or what it said.
    private static func rattlerBuild(_ subjects: [Subject], _ folder: FilePath) async throws -> [String: String] {
        let channel = folder.appending("judge")
        for subject in subjects {
            let target = channel.appending(subject.subdir.name)
            try target.createDirectory()
            try subject.path.copyAll(to: target.appending(subject.name.fileName))
        }
        // An index of the same artifacts, so that `friend` finds `fine`.
        try await EnvironmentMaker(python: TestTools.python, root: folder.appending("root")).index(channel)
        let program = """
            import glob
            from rattler_build import Package
            for path in sorted(glob.glob("/judge/*/*.conda") + glob.glob("/judge/*/*.tar.bz2")):
                try:
                    package = Package.from_file(path)
                    results = package.run_tests(channel=["file:///judge"])
                    bad = [r for r in results if not r.success]
                    said = "passed" if not bad else "failed " + " ".join(str(bad[0].output)[-200:].split())
                except BaseException as error:
                    said = "failed " + " ".join(str(error).split())[:200]
                print("@", path.split("/")[-1].rsplit("-", 2)[0], said, flush=True)
            """
        let request = ContainerRequest(
            image: "localhost/hallmark/builder:11", command: ["hallmark-python", "-c", program],
            name: "hallmark-tests-judge-\(UInt64.random(in: 0...UInt64.max))", mounts: [.init(channel, at: "/judge")], entryPoint: "",
            timeout: .seconds(200))
        let lines = Mutex<[String]>([])
        let exit = try await MatrixRunTests.engine.run(request) { line in lines.withLock { $0.append(line.text) } }
        let said = lines.withLock { $0 }
        try #require(exit.isSuccess, "rattler-build ended with \(exit.code): \(said.suffix(5))")
        return Dictionary(
            said.compactMap { line in
                let words = line.split(separator: " ", maxSplits: 2)
                return words.count == 3 && words[0] == "@" ? (String(words[1]), String(words[2])) : nil
            }
        ) { $1 }
    }
}
