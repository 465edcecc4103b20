import Files
import Foundation
import Processes
import SystemPackage
import TestSupport

/// The built program, run as a person would run it, with results and environments in a folder of the test's own.
struct Hallmark: Sendable {
    static let program = Repository.root.appending(".build/debug/hallmark")

    let folder: FilePath

    var environment: [String: String] {
        var environment = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder.string, "TERM": "dumb", "LANG": "C.UTF-8",
            "HALLMARK_PYTHON": TestTools.python.string, "HALLMARK_VAGRANT": Repository.root.appending("vagrant").string,
            "HALLMARK_CACHE": folder.appending("cache").string,
        ].merging(TestTools.podmanSettings) { $1 }
        for name in ["SSL_CERT_FILE", "LD_LIBRARY_PATH", "XDG_RUNTIME_DIR"] {
            if let value = ProcessInfo.processInfo.environment[name] { environment[name] = value }
        }
        return environment
    }

    func callAsFunction(_ arguments: String...) async throws -> ProcessResult {
        try await Command(.path(Self.program), arguments, environment: .only(environment), workingDirectory: folder, timeout: .seconds(300)).run()
    }

    /// Starts it, to be killed.
    func start(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Self.program.string)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(filePath: folder.string)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }
}
