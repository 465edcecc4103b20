import Basics
import Files
import Foundation
import JSONReading
import Processes
import Synchronization
import SystemPackage
import Testing

/// The executable itself, as it was built beside these tests.
@Suite struct ProgramTests {
    private var program: FilePath {
        get throws {
            FilePath(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")).removingLastComponent().appending(
                "hallmark-channel")
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [SIGTERM, SIGINT]) func `says where it listens and ends well on a signal`(number: Int32) async throws {
        let program = try program
        try await TemporaryDirectory.with { (folder: FilePath) async throws in
            let data = folder.appending("data").string
            let ready = folder.appending("ready")
            let made = try await Command(.path(program), ["init", "--data", data, "--owner", "me", "--format", "json"]).output()
            let tokens = try JSONValue(parsing: made).array ?? []
            #expect(tokens.map { $0["scopes"]?[0]?.string } == ["read", "read", "read", "read"])
            let first = try FilePath(#require(tokens.first?["path"]?.string)).text().trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(!made.contains(first))

            let process = Mutex<Int32>(0)
            let said = Mutex("")
            async let exit = Command(.path(program), ["serve", "--data", data, "--port", "0", "--ready-file", ready.string], timeout: .seconds(60))
                .stream(onStart: { pid in process.withLock { $0 = pid } }) { line in said.withLock { $0 += line.text + "\n" } }
            while !ready.exists { try await Task.sleep(for: .milliseconds(20)) }
            let address = try ready.text().trimmingCharacters(in: .whitespacesAndNewlines)
            let answer = try await HTTPProbe(address: address).request("GET", "/user", token: first)
            #expect(answer.status == 200)
            kill(process.withLock { $0 }, number)
            #expect(try await exit.isSuccess)
            #expect(!ready.exists)
            let log = said.withLock { $0 }
            #expect(log.contains("listening on \(address)\n") && log.contains("GET /user 200"))
            #expect(!log.contains(first))
        }
    }

    @Test func `refuses what it cannot serve, with something to do`() async throws {
        let program = try program
        try await TemporaryDirectory.with { (folder: FilePath) async throws in
            let result = try await Command(.path(program), ["serve", "--data", folder.string, "--port", "0"], timeout: .seconds(30)).run()
            #expect(result.exit.code == 2)
            #expect(
                result.errorText.contains("is not a channel server's folder")
                    && result.errorText.contains("hint: make one with `hallmark-channel init"))
            let half = try await Command(.path(program), ["serve", "--data", folder.string, "--roster", folder.string], timeout: .seconds(30)).run()
            #expect(half.exit.code == 64)
            let port = try await Command(.path(program), ["serve", "--data", folder.string, "--port", "70000"], timeout: .seconds(30)).run()
            #expect(port.exit.code == 64)
        }
    }
}
