import Basics
import Containers
import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing

@testable import Workbench

/// The way of a line from the script's pipe to the log, without a container.
@Suite struct LogWritingTests {
    static let secret = "s3cret-token"

    /// The log's lines, without their times, of what a script prints in `pieces`.
    private func log(_ pieces: [[UInt8]], mark: String = "mark", secrets: [String] = [secret]) throws -> (lines: [String], phases: [String]) {
        try TemporaryDirectory.withSync { folder in
            let file = folder.appending("build.log")
            let log = BuildLog(
                try BuildLogWriter.create(at: file, redaction: Redaction(values: secrets)), showsEveryLine: false, onEvent: { _ in })
            let script = ScriptOutput(frame: ShimFrame(mark: mark), log: log) {}
            for piece in pieces { piece.withUnsafeBytes { script.feed($0, at: Date(timeIntervalSince1970: 5)) } }
            script.end()
            let (phases, count, failure, last, _) = log.end()
            let lines = try file.text().split(separator: "\n").map(String.init)
            #expect(failure == nil && count == lines.count)
            let parsed = lines.compactMap { BuildLogLine(parsing: $0) }
            #expect(parsed.count == count && parsed.map(\.text).suffix(400) == last[...])
            return (parsed.map { "\($0.stream.rawValue) \($0.text)" }, phases.map(\.name))
        }
    }

    private func framed(_ text: String, isContinued: Bool = false) -> [UInt8] {
        var bytes: [UInt8] = []
        Array(text.utf8).withUnsafeBytes {
            ShimFrame(mark: "mark").append(
                LogBytes(stream: .error, nanoseconds: 1_700_000_000_123_000_000, text: $0, isContinued: isContinued), to: &bytes)
        }
        return bytes
    }

    @Test func `a phase that failed ends with its last line, and what came of it after a restart is not in it`() throws {
        try TemporaryDirectory.withSync { folder in
            var writer = try BuildLogWriter.create(
                at: folder.appending("build.log"), redaction: Redaction(values: []), restarts: [2000, 100].map { $0 * 1_000_000_000 })
            for (second, text) in [
                (10, "==> Compiling"), (40, "==> Testing"), (43, "no"), (100, "again"), (105, "==> Testing"), (109, "no"), (2001, "==> Testing"),
            ] as [(Int64, String)] {
                var text = text
                text.withUTF8 { _ = writer.append(UnsafeRawBufferPointer($0), at: second * 1_000_000_000, .output) }
            }
            writer.end(at: Date(timeIntervalSince1970: 2006))
            #expect(writer.phases.map(\.name) == ["Compiling", "Testing", "Testing", "Testing"])
            #expect(writer.phases.map(\.seconds) == [30, 3, 4, 5])
            #expect(writer.idleSeconds == 57 + 1891)
        }
    }

    @Test func `the same log is written wherever the script's output is cut, and no secret is in it`() throws {
        let bytes =
            Array("Start Docker\r\nüber \(Self.secret)\u{301} \(Self.secret)!\n".utf8) + framed("==> Building €") + [0xFF, 65, 10]
            + framed("https://me:\(Self.secret)x@host/t/abcdefgh12/c https://me:other@host") + framed("") + Array("last".utf8)
        let expected = [
            "script Start Docker", "script über [secret]\u{301} [secret]!", "err ==> Building €", "script \u{FFFD}A",
            "err https://[secret]@host/t/[secret]/c https://[secret]@host", "err ", "script last",
        ]
        for cut in 0...bytes.count {
            let (lines, phases) = try log([Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(lines == expected && phases == ["Start Docker", "Building €"], "cut at \(cut)")
        }
        #expect(try log(bytes.map { [$0] }).lines == expected)
    }

    @Test func `a secret that lies on the border of a line's parts is taken out all the same`() throws {
        for before in stride(from: 0, through: Self.secret.utf8.count, by: 1) {
            let (head, tail) = (Self.secret.prefix(before), Self.secret.dropFirst(before))
            for fill in ["word ", "word"] {
                let parts = framed(String(repeating: fill, count: 3000) + head, isContinued: true) + framed(tail + " and the rest")
                let lines = try log([parts], secrets: [Self.secret, "a much longer secret with spaces"]).lines
                let text = lines.map { $0.dropFirst("err ".count) }.joined()
                #expect(text == String(repeating: fill, count: 3000) + "[secret] and the rest", "\(before)")
            }
        }
    }

    @Test func `a part is never cut within a secret`() {
        let redaction = Redaction(values: [Self.secret])
        for position in 0..<40 {
            let text = Array((String(repeating: "x", count: position) + Self.secret + String(repeating: "y", count: 40 - position)).utf8)
            text.withUnsafeBytes { bytes in
                let count = redaction.safeCount(of: bytes)
                #expect(count <= position || count >= position + Self.secret.utf8.count)
            }
        }
    }

    @Test(arguments: [0, 999_999, 1_000_000, 59_999_999_999, 1_700_000_000_123_456_789, -1, -1_000_000_001])
    func `a time is written as the log's readers take it`(nanoseconds: Int64) throws {
        var stamp = LogStamp()
        var bytes: [UInt8] = []
        for _ in 0..<2 { stamp.append(nanoseconds, to: &bytes) }
        let text = String(decoding: bytes.prefix(bytes.count / 2), as: UTF8.self)
        #expect(String(decoding: bytes, as: UTF8.self) == text + text)
        let line = try #require(BuildLogLine(parsing: text + "out x"))
        let milliseconds = (Double(nanoseconds) / 1e6).rounded(.down)
        #expect((line.time.timeIntervalSince1970 * 1000).rounded() == milliseconds)
        for length in 0..<text.utf8.count { #expect(BuildLogLine(parsing: String(text.prefix(length))) == nil) }
    }

    @Test func `a build's jobs follow its memory, and do not shrink from build to build`() {
        func plan(_ earlier: [BuildNeeds], available: Int64 = 13 << 30, cores: Int = 8) -> JobPlan {
            JobPlan(earlier: earlier, memoryPerJob: nil, total: 16 << 30, available: available, cores: cores)
        }
        #expect(plan([]).jobs == 6 && plan([], available: 64 << 30).jobs == 8 && plan([], available: 1 << 20).jobs == 1)
        // A peak is all of the memory, because what is free becomes cache.
        var earlier: [BuildNeeds] = []
        var seen: [Int] = []
        for _ in 0..<5 {
            let jobs = plan(earlier).jobs
            seen.append(jobs)
            earlier.append(needs(jobs: jobs, peak: 12 << 30))
        }
        #expect(seen == [6, 6, 6, 6, 6])
        #expect(JobPlan(earlier: earlier, memoryPerJob: 5 << 30, total: 16 << 30, available: 13 << 30, cores: 8).jobs == 2)
    }

    private func needs(jobs: Int, peak: Int64) -> BuildNeeds {
        BuildNeeds(
            variant: "v", finished: .now, isSuccess: true, seconds: 1, phases: [], jobs: jobs,
            resources: .init(cpuSeconds: nil, memoryPeak: peak, diskUsed: 0, loadPeak: nil, pausedSeconds: 0, sampleCount: 1))
    }
}
