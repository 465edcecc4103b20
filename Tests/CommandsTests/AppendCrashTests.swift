import Files
import Foundation
import Ledger
import Processes
import SystemPackage
import Testing

/// Appending by the real program, killed at random instants and run twice at once.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct AppendCrashTests {
    /// `count` artifacts of which only the bytes matter, each with three signed statements.
    private func files(_ count: Int, _ scene: Scene) async throws -> [FilePath] {
        let artifact = try await scene.package()
        var files: [FilePath] = []
        for number in 0..<count {
            let folder = scene.folder.appending("many").appending("\(number)")
            try folder.createDirectory()
            let file = folder.appending(artifact.lastComponent?.string ?? "")
            try artifact.copyAll(to: file)
            // Signatures are salted, so the same statements are other entries.
            try scene.sign(file)
            files.append(file)
        }
        return files
    }

    @Test func `killed at any instant, the log is always whole, and what was proven stays`() async throws {
        try await TemporaryDirectory.with { folder in
            let scene = try await Scene(in: folder)
            let files = try await files(30, scene)
            let log = LogFolder(path: FilePath(scene.ledger), key: try NoteKey(parsing: scene.logKey))
            let arguments = ["log", "append", scene.ledger] + files.map(\.string)
            var heads: [VerifiedCheckpoint] = [try log.checkpoint()]
            var (kills, unfinished) = (0, 0)
            // Long enough to reach past the start of the program into every part of the work, however slow the machine is today: a round that
            // came to nothing makes the next ones longer.
            var longest = 600_000
            while kills < 40 {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: Program.executable.string)
                process.arguments = arguments
                process.environment = scene.keeper.environment
                process.standardOutput = FileHandle.nullDevice
                process.standardError = FileHandle.nullDevice
                try process.run()
                try await Task.sleep(for: .microseconds(Int.random(in: 50_000...longest)))
                let didRun = process.isRunning
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                kills += 1
                if didRun { unfinished += 1 }
                let head = try log.verify()
                let known = try #require(heads.last)
                try CheckpointMemory.compare(known, head) { from, to throws(LedgerError) in try log.proveConsistency(from: from, to: to) }
                if head.checkpoint != known.checkpoint { heads.append(head) } else { longest += 100_000 }
                if !didRun { break }
            }
            #expect(heads.count > 3, "the kills met the work: \(kills) kills, \(heads.count) heads")
            let finished = try await scene.keeper.run(arguments)
            try finished.expect(0)
            #expect(finished.lines.count == 30)
            let entries = try log.entries()
            #expect(entries.count == 3 + 90 && Set(entries).count == entries.count)
            for head in heads {
                try CheckpointMemory.compare(head, try log.checkpoint()) { from, to throws(LedgerError) in
                    try log.proveConsistency(from: from, to: to)
                }
            }
            for file in files { try await scene.hallmark(0, "verify", file.string) }
            print("killed \(unfinished) of \(kills) appends, \(heads.count) heads seen, \(entries.count) entries")
        }
    }

    @Test func `two appenders at once both get in, and each has its proofs`() async throws {
        try await TemporaryDirectory.with { folder in
            let scene = try await Scene(in: folder)
            let files = try await files(12, scene)
            let keeper = scene.keeper
            let codes = try await withThrowingTaskGroup(of: Int32.self) { group in
                for part in 0..<3 {
                    let arguments = ["log", "append", scene.ledger] + files[(part * 4)..<(part * 4 + 4)].map(\.string)
                    group.addTask {
                        let answer = try await keeper.run(arguments)
                        try answer.expect(0)
                        return answer.code
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes == [0, 0, 0])
            let log = LogFolder(path: FilePath(scene.ledger), key: try NoteKey(parsing: scene.logKey))
            #expect(try log.verify().checkpoint.size == 3 + 36)
            for file in files { try await scene.hallmark(0, "verify", file.string, "--ledger", scene.ledger) }
        }
    }
}
