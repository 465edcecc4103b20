import Conda
import Files
import Foundation
import Machines
import Processes
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

                // This provider has no snapshots, which keeps nothing from being tested.
                // All of it stands: the machine is not started again.
                let reused = Mutex(0)
                _ = try await run.run { if case .reused = $0 { reused.withLock { $0 += 1 } } }
                #expect(reused.withLock { $0 } == 2)
            }
        }
    }

    @Test func `every artifact begins with the fresh machine, where the provider has snapshots`() async throws {
        // No provider that runs here has them: a stand-in for Vagrant runs the commands on this machine and writes down what it was asked.
        try await TemporaryDirectory.with { folder in
            let machine = folder.appending("machines/box")
            try machine.createDirectory()
            let program = folder.appending("vagrant")
            let permissions: FilePermissions = [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute]
            try program.replaceContents(
                with: """
                    #!/bin/sh
                    case $1 in
                      status) if [ -e up ]; then state=running; else state=not_created; fi; echo "1,test,state,$state" ;;
                      up) touch up; echo up >> said ;;
                      snapshot) echo "$*" >> said ;;
                      upload) cp -r "$2" "$3" ;;
                      ssh) PATH=\(folder):$PATH; export PATH; exec sh -c "$4" ;;
                      destroy) rm -f up; echo destroy >> said ;;
                    esac
                    """, permissions: permissions)
            try folder.appending("sudo").replaceContents(with: "#!/bin/sh\nexec \"$@\"\n", permissions: permissions)
            let paths = try await Planted.build(["friend", "fine", "old"], in: folder)
            let subjects = try ["friend", "old"].map { try Subject(reading: try #require(paths[$0])) }
            let box = Box(name: "box", title: "a box", subdir: "linux-64", vagrantfile: "box", box: "UNUSED", shell: .ssh, requires: "nothing")
            let definition = try MatrixDefinition(parsing: Data("version: 1\naxes: {system: [box], subdir: [linux-64]}\nlimits: {seconds: 60}".utf8))
            let plan = MatrixPlan(definition, systems: [TestSystem(box)], presence: ["box": .box])
            let fine = try Subject(reading: try #require(paths["fine"]))
            var run = MatrixRunTests.run(plan, subjects, siblings: [fine], in: folder)
            run.boxes = BoxSettings(folder: folder.appending("machines"), executable: .path(program))
            let results = try await run.run()
            for result in results { #expect(result.outcome == .passed, "\(result.artifact.name): \(result.reason)") }
            #expect(
                try machine.appending("said").text()
                    == "up\nsnapshot save --force hallmark\nsnapshot restore --no-provision hallmark\ndestroy\n")
        }
    }
}
