import Basics
import Conda
import Files
import Foundation
import JSONReading
import Processes
import Synchronization
import Testing

@testable import Matrix

@Suite struct ReportTests {
    static func result(_ name: String, _ system: String, _ outcome: Outcome, expected: Outcome.Kind = .passed, reason: String = "r") throws
        -> CellResult
    {
        let digest = try #require(SHA256Digest(bytes: Array(repeating: 7, count: 32)))
        return CellResult(
            key: digest, artifact: .init(name: try ArtifactName(parsing: name), sha256: digest), cell: Cell(system: system, subdir: .linux64),
            expected: expected, outcome: outcome, reason: reason, evidence: ["line <1>\u{1b}[0m"], virtualPackages: [], tests: [],
            started: Timestamp(seconds: 1_800_000_000), duration: 1.5)
    }

    static func results() throws -> [CellResult] {
        [
            try result("a-1-0.conda", "debian-12", .passed), try result("a-1-0.conda", "musl", .uninstallable, expected: .uninstallable),
            try result("a-1-0.conda", "fedora", .unavailable),
            try result("b-1-0.conda", "debian-12", .failed(.test(exitCode: 3)), reason: "a & \"b\""),
            try result("b-1-0.conda", "sid", .spurious),
        ]
    }

    @Test func `only what was judged and came out as expected is green`() throws {
        #expect(try Self.results().map(\.isGreen) == [true, true, false, false, false])
        #expect(try !Self.result("a-1-0.conda", "x", .unavailable, expected: .unavailable).isGreen)
    }

    @Test func `the grid has a row a cell and a column an artifact`() throws {
        let grid = MatrixGrid(try Self.results())
        #expect(grid.artifacts == ["a-1-0.conda", "b-1-0.conda"])
        #expect(
            grid.rows.map { $0.entries.map { $0?.text ?? "" } } == [
                ["passed", "failed, expected passed"], ["uninstallable, as expected", ""], ["unavailable", ""], ["", "spurious"],
            ])
    }

    @Test func `the JUnit document is read by what CI services read it with, and counts what was not judged as no pass`() async throws {
        let document = JUnitXML.document(try Self.results())
        let program = """
            import sys
            from junitparser import JUnitXml
            for s in JUnitXml.fromstring(sys.stdin.buffer.read()):
                cases = list(s)
                print(s.name, s.tests, s.failures, s.errors, s.skipped, '%.3f' % s.time, [type(r).__name__ for c in cases for r in c.result],
                      len([c for c in cases if c.system_out]))
                for f in [r for c in cases for r in c.result if type(r).__name__ == 'Failure']: print(f.message, repr(f.text))
            """
        let output = try await Command(.path(TestTools.python), ["-I", "-c", program], input: Array(document)).output()
        #expect(
            output == """
                a-1-0.conda 3 0 0 1 4.500 ['Skipped'] 2
                b-1-0.conda 2 1 1 0 3.000 ['Failure', 'Error'] 0
                a & "b" 'line <1>\u{FFFD}[0m'

                """)
    }

    @Test func `a result is written and read back whole`() throws {
        let reasons: [Outcome] = [
            .passed, .uninstallable, .timedOut, .unavailable, .spurious, .failed(.untested),
            .failed(.symbolVersion(symbol: "GLIBC_2.34", library: "libc.so.6", neededBy: "bin/x", systemHas: nil)),
        ]
        for outcome in reasons {
            let result = try Self.result("a-1-0.conda", "debian-12", outcome)
            #expect(try StrictJSON.decode(CellResult.self, from: StrictJSON.encode(result, pretty: true)) == result)
        }
        #expect(throws: JSONError.self) { try StrictJSON.decode(Outcome.self, from: Data(#"{"kind":"fine"}"#.utf8)) }
    }
}

@Suite struct MatrixComparisonTests {
    @Test func `two runs are compared cell by cell, whatever the artifact's version`() throws {
        let before = [
            try ReportTests.result("a-1-0.conda", "one", .failed(.untested)), try ReportTests.result("a-1-0.conda", "two", .passed),
            try ReportTests.result("a-1-0.conda", "three", .timedOut), try ReportTests.result("a-1-0.conda", "four", .passed),
        ]
        let after = [
            try ReportTests.result("a-2-0.conda", "one", .passed), try ReportTests.result("a-2-0.conda", "two", .timedOut),
            try ReportTests.result("a-2-0.conda", "three", .failed(.untested)), try ReportTests.result("a-2-0.conda", "five", .passed),
        ]
        let comparison = MatrixComparison(from: before, to: after)
        #expect(comparison.entries.map(\.change) == [.fixed, .broke, .still, .new, .gone])
        #expect(comparison.entries.map(\.cell.system) == ["one", "two", "three", "five", "four"])
        #expect(comparison.entries[4].before == .passed && comparison.entries[4].after == nil)
    }
}

@Suite struct SchedulingTests {
    @Test func `jobs are bounded by processors and by memory`() {
        #expect(MachineCapacity.jobs(for: .init(memory: 1)) >= 1)
        #expect(MachineCapacity.jobs(for: .init(memory: 1 << 50)) == 1)
    }

    @Test func `the concurrent map keeps the order, its limit, and every result`() async throws {
        let running = Mutex((now: 0, most: 0))
        let values = try await Array(0..<40).concurrentMap(limit: 3) { number throws(MatrixError) in
            running.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            for _ in 0..<(40 - number) { await Task.yield() }
            running.withLock { $0.now -= 1 }
            return number * 2
        }
        #expect(values == (0..<40).map { $0 * 2 })
        #expect(running.withLock { $0.most } <= 3)
        await #expect(throws: MatrixError.limits) {
            try await Array(0..<40).concurrentMap(limit: 3) { number throws(MatrixError) -> Int in
                if number == 7 { throw .limits }
                return number
            }
        }
    }

    @Test(arguments: [
        (["ID=ubuntu", "ID_LIKE=debian"], "libGL.so.1", "the system's package `libgl1` brings it"),
        (["ID=\"almalinux\"", "ID_LIKE=\"rhel centos fedora\""], "libGL.so.1", "`dnf install 'libGL.so.1()(64bit)'` brings it"),
        (["ID=\"opensuse-leap\""], "libGL.so.1", "`zypper install 'libGL.so.1()(64bit)'` brings it"),
        (["ID=alpine"], "libGL.so.1", "`apk add so:libGL.so.1` brings it"), (["ID=plan9"], "libGL.so.1", nil),
        (["ID=debian"], "libunheardof.so.9", nil), (["ID=alpine"], "libx.so; rm -rf ~", nil),
    ])
    func `a missing library is named by the distribution's own package`(release: [String], library: String, words: String?) {
        let facts = ImageProbe.facts(in: ["machine=x86_64"] + release.map { "id=" + $0.split(separator: "=")[1] })
        #expect(LibraryRemedy.words(for: library, in: facts) == words)
    }
}
