import Conda
import Files
import Foundation
import Machines
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Matrix

/// Cells in a real machine of Vagrant's (about 60 s): a Debian that its docker provider starts.
@Suite struct BoxRunTests {
    @Test func `a box is started, tested in like any cell, and taken away`() async throws {
        try await TestBox.with { made in
            try await TemporaryDirectory.with { folder in
                let paths = try await Planted.build(["fine", "hanging"], in: folder)
                let subjects = try ["fine", "hanging"].map { try Subject(reading: try #require(paths[$0])) }
                let box = Box(
                    name: "box", title: "a box", subdir: "linux-64", vagrantfile: made.folder.lastComponent?.string ?? "", box: "UNUSED", shell: .ssh,
                    requires: "nothing")
                let definition = try MatrixDefinition(
                    parsing: Data("version: 1\naxes: {system: [box], subdir: [linux-64]}\nlimits: {seconds: 20}".utf8))
                let plan = MatrixPlan(definition, systems: [TestSystem(box)], presence: ["box": .box])
                var run = MatrixRunTests.run(plan, subjects, in: folder)
                run.boxes = BoxSettings(folder: made.folder.removingLastComponent(), provider: "docker", environment: made.environment)
                let results = try await run.run()

                let outcomes = Dictionary(uniqueKeysWithValues: results.map { ($0.artifact.name.package, $0) })
                #expect(outcomes["fine"]?.outcome == .passed, "\(outcomes["fine"]?.reason ?? "")")
                #expect(outcomes["hanging"]?.reason == "script 1: it did not end within 20 s, while `sleep 600` was running")
                #expect(results.allSatisfy { $0.system?.libc == LibC(name: "glibc", version: "2.36") && $0.image == nil })
                let machine = VagrantMachine(folder: made.folder, environment: made.environment)
                #expect(try await machine.state() == .notCreated)

                // All of it stands: the machine is not started again.
                let reused = Mutex(0)
                _ = try await run.run { if case .reused = $0 { reused.withLock { $0 += 1 } } }
                #expect(reused.withLock { $0 } == 2)
            }
        }
    }
}
