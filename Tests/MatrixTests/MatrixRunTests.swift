import Basics
import Conda
import Containers
import Files
import Foundation
import JSONReading
import Machines
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Matrix

/// Real containers, real environments: the one slow suite of this room (about 45 s on two cores).
@Suite(.serialized) struct MatrixRunTests {
    static let engine = Engine(kind: .podman, environment: TestTools.podmanSettings)
    static let systems = ["debian-11", "debian-12", "debian-13", "musl"]

    static func plan(_ systems: [String] = systems, axes: String = "", more: String = "", seconds: Int = 60) async throws -> MatrixPlan {
        let text = """
            version: 1
            axes: {system: [\(systems.joined(separator: ", "))], \(axes.contains("subdir") ? axes : "subdir: [linux-64]" + axes)}
            \(more)
            limits: {seconds: \(seconds), memory: 256 MiB, disk: 64 MiB, processes: 100}
            """
        let catalogue = try ImageCatalogue(reading: Repository.root.appending("docker/images.yaml"))
        let known = catalogue.images(of: .cell).map(TestSystem.init)
        let survey = SystemSurvey(engine: engine, boxes: BoxSurvey(folder: Repository.root.appending("vagrant")))
        let definition = try MatrixDefinition(parsing: Data(text.utf8))
        let plan = MatrixPlan(definition, systems: known, presence: try await survey.presence(of: known.filter { systems.contains($0.name) }))
        for entry in plan.entries { try #require(entry.isAvailable, "docker/make-images.sh makes \(entry.cell)") }
        return plan
    }

    static func run(_ plan: MatrixPlan, _ subjects: [Subject], siblings: [Subject] = [], in folder: FilePath) -> MatrixRun {
        MatrixRun(
            plan: plan, subjects: subjects, siblings: siblings, engine: engine,
            maker: EnvironmentMaker(python: TestTools.python, root: folder.appending("root")), results: folder.appending("results"), jobs: 3)
    }

    @Test func `each planted fault is found, and said in words`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(in: folder)
            let subjects = try paths.filter { !Planted.apart.contains($0.key) }.sorted { $0.key < $1.key }.map { try Subject(reading: $0.value) }
            let plan = try await Self.plan()
            var results = try await Self.run(plan, subjects, in: folder).run()
            #expect(results.count == subjects.count * 4)
            // With a limit of its own: what ends has all the time that a busy machine needs for it.
            let hanging = try Subject(reading: try #require(paths["hanging"]))
            results += try await Self.run(try await Self.plan(seconds: 10), [hanging], in: folder).run()
            func result(_ artifact: String, _ system: String) throws -> CellResult {
                try #require(results.first { $0.artifact.name.package == artifact && $0.cell.system == system })
            }
            func expect(
                _ artifact: String, in systems: [String] = Self.systems, _ kind: Outcome.Kind, saying words: String = "",
                sourceLocation: SourceLocation = #_sourceLocation
            ) throws {
                for system in systems {
                    let one = try result(artifact, system)
                    #expect(one.outcome.kind == kind, "\(artifact) in \(system): \(one.reason)", sourceLocation: sourceLocation)
                    #expect(words.isEmpty || one.reason.contains(words), "\(artifact) in \(system): \(one.reason)", sourceLocation: sourceLocation)
                }
            }
            let debians = ["debian-11", "debian-12", "debian-13"]
            try expect("fine", .passed, saying: "2 tests passed, 1 not run: the tests of the downstream package `other`")
            try expect("friend", .passed)
            try expect("old", .passed)
            try expect("dishonest", in: ["debian-11"], .failed, saying: "`bin/plain` needs GLIBC_2.34 of libc.so.6, the system has 2.31")
            try expect("dishonest", in: ["debian-12", "debian-13"], .passed)
            try expect("dishonest", in: ["musl"], .failed, saying: "`bin/plain` cannot be started: the system has no loader for it")
            try expect("honest", in: ["debian-11", "musl"], .uninstallable, saying: "__glibc >=2.34, for which no candidates were found")
            try expect("honest", in: ["debian-12", "debian-13"], .passed)
            try expect("lonely", in: debians, .failed, saying: "the library `libplanted.so.1` is missing, which `bin/user` needs")
            try expect("crashing", .failed, saying: "it crashed with SIGSEGV (signal 11) in `crash`")
            try expect("aborting", in: debians, .failed, saying: "it crashed with SIGABRT (signal 6) in `abort`")
            try expect("hanging", .timedOut, saying: "it did not end within 10 s, while `sleep 600` was running")
            try expect("three", .failed, saying: "the test failed with exit code 3: the answer was wrong")
            try expect("untested", .failed, saying: "carries no test")
            try expect("tools", .failed, saying: "the test calls `no-such-tool`, which is not there")
            try expect("fileless", .failed, saying: "the test needs the file `data.txt`, which is not there")
            try expect("perlish", .failed, saying: "what the test asks for cannot be installed")
            try expect("olderpy", .failed, saying: "pytest")
            try expect("hungry", .failed, saying: "it was killed for want of memory at the limit of 256 MiB")
            try expect("wide", .failed, saying: "it filled the disk that it was given, 64 MiB")

            try expect(
                "graphic", in: debians, .failed, saying: "`libGL.so.1` is missing, which `bin/graphic` needs; the system's package `libgl1` brings it"
            )
            try expect("bomb", .failed, saying: "it started more processes than it may, 100")
            try expect("lua", .passed)
            try expect("oldlua", .passed)
            try expect("writer", .passed, saying: "2 tests passed")
            try expect("base", in: ["debian-12", "debian-13"], .passed, saying: "3 tests passed")
            try expect("base", in: ["debian-11"], .passed, saying: "2 tests passed, 1 not run: `honest` cannot be installed beside it")

            let dishonest = try result("dishonest", "debian-11")
            #expect(dishonest.reason.hasSuffix("; the artifact should have declared `__glibc >=2.34`"))
            #expect(
                dishonest.prediction?.outcome == .failed && dishonest.prediction?.reason == "`bin/plain` needs GLIBC_2.34, and the system has 2.31")
            #expect(try result("dishonest", "musl").prediction?.reason == "`bin/plain` is linked against glibc, and the system has musl 1.2.5")
            #expect(try result("honest", "debian-11").prediction?.outcome == .uninstallable)
            for one in results where ["fine", "honest", "dishonest"].contains(one.artifact.name.package) {
                #expect(one.prediction?.outcome == one.outcome.kind, "\(one.artifact.name) in \(one.cell): \(one.reason)")
            }

            let honest = try result("honest", "debian-11")
            #expect(honest.expected == .uninstallable && honest.isGreen, "its own bound says so")
            #expect(try !result("dishonest", "debian-11").isGreen)
            let fine = try result("fine", "debian-12")
            #expect(fine.system?.libc == LibC(name: "glibc", version: "2.36"))
            #expect(fine.virtualPackages.map(\.name).contains("__archspec"))
            #expect(fine.solution?.records.map(\.name) == ["fine"])
            #expect(try result("friend", "musl").solution?.records.map(\.name) == ["fine", "friend"])
            let log = try #require(fine.log)
            let text = try folder.appending("results/fine-1.0-\(fine.artifact.name.build).conda").appending(log.file).text()
            #expect(text.contains("+ test activated = activated") && text.contains("outcome passed"))
            #expect(Int64(text.utf8.count) == log.byteCount)
        }
    }

    @Test func `a second run takes what stands and runs what does not`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["fine", "three"], in: folder)
            let three = try Subject(reading: try #require(paths["three"]))
            let fine = try Subject(reading: try #require(paths["fine"]))
            let run = Self.run(try await Self.plan(["debian-12", "debian-13"]), [fine, three], in: folder)
            let first = try await run.run()
            let events = Mutex<[String]>([])
            let again = try await run.run { event in
                switch event {
                case .reused(let result): events.withLock { $0.append("reused \(result.cell)") }
                case .finished(let result): events.withLock { $0.append("finished \(result.cell)") }
                default: break
                }
            }
            #expect(again == first)
            #expect(events.withLock { $0.sorted() } == ["reused debian-12", "reused debian-12", "reused debian-13", "reused debian-13"])

            // One result is gone, and one was asked for anew.
            try folder.appending("results").appending(fine.name.fileName).appending("debian-12_linux-64.json").removeAll()
            events.withLock { $0 = [] }
            var retry = run
            retry.isFresh = { $0.outcome.kind == .failed && $0.cell.system == "debian-13" }
            _ = try await retry.run { event in
                if case .finished(let result) = event { events.withLock { $0.append("\(result.artifact.name.package) \(result.cell)") } }
            }
            #expect(events.withLock { $0.sorted() } == ["fine debian-12", "three debian-13"])
        }
    }

    @Test func `a test that writes into its environment gets one of its own, and the shared one stays as it was`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["writer"], in: folder)
            let results = try await Self.run(
                try await Self.plan(["debian-12", "musl"]), [try Subject(reading: try #require(paths["writer"]))], in: folder
            )
            .run()
            for result in results { #expect(result.outcome == .passed, "\(result.cell): \(result.reason)") }
            let result = try #require(results.first)
            let digest = try #require(result.solution).digest.hexadecimal.prefix(32)
            #expect(try folder.appending("root/environments/\(digest)/etc/mine").text() == "old\n")
        }
    }

    @Test func `what a test prints without end is bounded, and its end is kept`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["chatty"], in: folder)
            let chatty = try Subject(reading: try #require(paths["chatty"]))
            let results = try await Self.run(try await Self.plan(["debian-12"], seconds: 60), [chatty], in: folder).run()
            let result = try #require(results.first)
            #expect(result.reason == "script 1: the test failed with exit code 4: 300000")
            #expect(try #require(result.log).byteCount < 17 << 20)
        }
    }

    @Test func `containers that a killed run left are taken away by the next`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["fine"], in: folder)
            let run = Self.run(try await Self.plan(["debian-12"]), [try Subject(reading: try #require(paths["fine"]))], in: folder)
            let left = "hallmark-cell-left-\(UInt64.random(in: 0...UInt64.max))"
            _ = try await Self.engine.start(
                ContainerRequest(image: "localhost/hallmark/debian:12", command: ["sleep", "300"], name: left, labels: [MatrixRun.label: run.owner]))
            let cleaned = Mutex<[String]>([])
            _ = try await run.run { if case .cleaned(let names) = $0 { cleaned.withLock { $0 = names } } }
            #expect(cleaned.withLock { $0 } == [left])
            #expect(try await Self.engine.container(left) == nil)
            #expect(try await Self.engine.containers(label: MatrixRun.label, value: run.owner).isEmpty)
        }
    }
}
