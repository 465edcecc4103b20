import Basics
import Conda
import Files
import Foundation
import JSONReading
import Processes
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

    @Test func `the JUnit document is XML to Python, and counts what was not judged as no pass`() async throws {
        let document = JUnitXML.document(try Self.results())
        let program = """
            import sys, xml.etree.ElementTree as t
            for s in t.fromstring(sys.stdin.buffer.read()).iter('testsuite'):
                print(s.get('name'), s.get('tests'), s.get('failures'), s.get('errors'), s.get('skipped'), s.get('time'), [c.tag for k in s for c in k])
                for f in s.iter('failure'): print(f.get('message'), repr(f.text))
            """
        let output = try await Command("python3", ["-c", program], input: Array(document)).output()
        #expect(
            output == """
                a-1-0.conda 3 0 0 1 4.500 ['system-out', 'system-out', 'skipped']
                b-1-0.conda 2 1 1 0 3.000 ['failure', 'error']
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
