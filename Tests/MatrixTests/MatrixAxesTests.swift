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

/// The axes beside the system, in real containers (about 60 s).
@Suite(.serialized) struct MatrixAxesTests {
    @Test func `the system's own packages are brought in, and a debugger among them tells where a crash was`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["crashing", "tools"], in: folder)
            let subjects = try ["crashing", "tools"].map { try Subject(reading: try #require(paths[$0])) }
            let plan = try await MatrixRunTests.plan(
                ["debian-12", "musl"], axes: ", packages: [none, debugger]", more: "packages: {debugger: {debian: [gdb]}}", seconds: 60)
            let run = MatrixRunTests.run(plan, subjects, in: folder)
            let results = try await run.run()
            func result(_ artifact: String, _ cell: String) throws -> CellResult {
                try #require(results.first { $0.artifact.name.package == artifact && $0.cell.id == cell })
            }
            let crash = try result("crashing", "debian-12_linux-64_with-debugger")
            #expect(crash.reason.contains("it crashed with SIGSEGV (signal 11) in `crash`"), "\(crash.reason)")
            #expect(crash.evidence.contains { $0.hasPrefix("#0") && $0.contains("main") }, "\(crash.evidence)")
            #expect(try result("crashing", "debian-12_linux-64").evidence.allSatisfy { !$0.hasPrefix("#0") })
            #expect(try result("crashing", "musl_linux-64_with-debugger").outcome == .unavailable)
            #expect(crash.image?.reference.hasPrefix("localhost/hallmark/layer:") == true)

            // The layer stands: it is not made again.
            let installed = Mutex(0)
            _ = try await run.run { if case .installing = $0 { installed.withLock { $0 += 1 } } }
            #expect(installed.withLock { $0 } == 0)
        }
    }

    @Test func `an environment is made in the cell by the client that is brought in, without the network`() async throws {
        try await TemporaryDirectory.with { folder in
            let names = ["fine", "friend", "writer", "three"]
            let paths = try await Planted.build(names, in: folder)
            let subjects = try names.map { try Subject(reading: try #require(paths[$0])) }
            var run = MatrixRunTests.run(
                try await MatrixRunTests.plan(["debian-11", "debian-13"], axes: ", install: [per-cell]", seconds: 60), subjects, in: folder)
            let without = try await run.run()
            #expect(without.allSatisfy { $0.outcome == .unavailable && $0.reason.contains("--client-folder") })
            run.client = try CellClient(.rattler, folder: TestTools.client)
            for result in try await run.run() {
                switch result.artifact.name.package {
                // It insists on an environment that cannot be written to, which this one can.
                case "fine": #expect(result.outcome.kind == .failed && result.tests.first?.outcome?.kind == .failed, "\(result.reason)")
                case "three": #expect(result.reason.hasSuffix("the test failed with exit code 3: the answer was wrong"))
                default: #expect(result.outcome == .passed, "\(result.artifact.name) in \(result.cell): \(result.reason)")
                }
            }
        }
    }

    @Test(arguments: [CellClient.Kind.micromamba, .conda])
    func `clients of the user's own are called as they want to be`(kind: CellClient.Kind) async throws {
        // Neither can be had here: a stand-in shows how it is called, what it is given, and what its failure becomes.
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["friend", "fine"], in: folder)
            let friend = try Subject(reading: try #require(paths["friend"]))
            let fine = try Subject(reading: try #require(paths["fine"]))
            let program = folder.appending("client/bin").appending(kind.rawValue)
            try program.removingLastComponent().createDirectory()
            try program.replaceContents(
                with: """
                    #!/bin/sh
                    echo "called: $*"
                    cat /hallmark-packages/explicit.txt
                    for f in $(grep ^file: /hallmark-packages/explicit.txt); do test -f "${f#file://}" || exit 9; done
                    echo 'the stand-in makes nothing'
                    exit 1
                    """,
                permissions: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
            var run = MatrixRunTests.run(
                try await MatrixRunTests.plan(["debian-12"], axes: ", install: [per-cell]", seconds: 60), [friend], siblings: [fine], in: folder)
            run.client = try CellClient(kind, folder: folder.appending("client"))
            let results = try await run.run()
            let result = try #require(results.first)
            #expect(result.outcome.failure.map { if case .installation = $0 { true } else { false } } == true, "\(result.reason)")
            #expect(result.reason.hasSuffix("the stand-in makes nothing"), "\(result.reason)")
            let file = try #require(result.log)
            let log = try folder.appending("results").appending(friend.name.fileName).appending(file.file).text()
            #expect(log.contains("called: create --yes --offline") && log.contains("--file /hallmark-packages/explicit.txt"))
            #expect(log.contains("@EXPLICIT") && log.contains("/noarch/") || log.contains("/linux-64/fine-1.0"))
        }
    }

    @Test func `another processor's programs run by emulation, and the solver is told of that processor`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["arm"], in: folder)
            let plan = try await MatrixRunTests.plan(["debian-12-aarch64"], axes: "subdir: [linux-aarch64]", seconds: 60)
            let subject = try Subject(reading: try #require(paths["arm"]))
            let results = try await MatrixRunTests.run(plan, [subject], in: folder).run()
            let result = try #require(results.first)
            #expect(result.outcome == .passed, "\(result.reason)")
            #expect(result.system?.machine == "aarch64")
            #expect(result.virtualPackages.contains(VirtualPackage(name: "__archspec", version: "1", build: "aarch64")))
        }
    }

    @Test func `a gigabyte of output fills neither the memory nor the disk, and its end is read`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["gigabyte"], in: folder)
            let subject = try Subject(reading: try #require(paths["gigabyte"]))
            let run = MatrixRunTests.run(try await MatrixRunTests.plan(["debian-12"], seconds: 300), [subject], in: folder)
            let results = try await run.run()
            let result = try #require(results.first)
            #expect(result.reason.hasPrefix("script 1: the test failed with exit code 5"), "\(result.reason)")
            let log = try #require(result.log)
            #expect(log.byteCount < 17 << 20)
        }
    }

    @Test func `a process is known to be gone only when it is`() throws {
        let own = try #require(ProcessMark.own.text)
        #expect(!ProcessMark.isGone(own))
        let child = Process()
        child.executableURL = URL(filePath: "/bin/sleep")
        child.arguments = ["60"]
        try child.run()
        let mark = try #require(ProcessMark(pid: child.processIdentifier).text)
        #expect(!ProcessMark.isGone(mark))
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
        #expect(ProcessMark.isGone(mark))
        // Of another boot, another space of pids, or not of this form: nothing is known.
        for text in ["x" + mark, mark.replacingOccurrences(of: ".", with: ""), "", "a.b.c.d"] { #expect(!ProcessMark.isGone(text)) }
        for end in mark.indices { _ = ProcessMark.isGone(String(mark[..<end])) }
    }
}
