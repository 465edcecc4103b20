import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing

/// The built programs, run as a person would run them.
struct Program {
    static var products: FilePath {
        // The test bundle lies beside the programs that were built with it.
        FilePath(Bundle.allBundles.map(\.bundlePath).first { $0.hasSuffix(".xctest") || $0.hasSuffix(".build/debug") } ?? CommandLine.arguments[0])
            .removingLastComponent()
    }
    static let hallmark = find("hallmark")
    static let channel = find("hallmark-channel")

    private static func find(_ name: String) -> FilePath {
        for folder in [products, Repository.root.appending(".build").appending("debug")] where folder.appending(name).isRegularFile {
            return folder.appending(name)
        }
        return FilePath(name)
    }

    struct Answer {
        let exit: ProcessExit
        let output: String
        let error: String
        var code: Int32 { if case .exited(let code) = exit { code } else { -1 } }
        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// The variables that every run gets; nothing of the caller's own settings reaches the program.
    var environment: [String: String]
    var executable = Program.hallmark

    init(in folder: FilePath) {
        environment = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder.string, "TERM": "dumb", "LANG": "C.UTF-8",
            "CONTAINERS_CONF": Repository.root.pushing("docker/containers.conf").string,
            "HALLMARK_PYTHON": Repository.root.pushing(".tools/venv/bin/python").string,
            "HALLMARK_VAGRANT": Repository.root.appending("vagrant").string, "HALLMARK_CACHE": folder.appending("cache").string,
        ]
        for name in ["SSL_CERT_FILE", "LD_LIBRARY_PATH", "XDG_RUNTIME_DIR"] {
            if let value = ProcessInfo.processInfo.environment[name] { environment[name] = value }
        }
    }

    /// Runs it to its end.
    func callAsFunction(_ arguments: String..., in folder: FilePath? = nil, input: String? = nil) async throws -> Answer {
        try await run(arguments, in: folder, input: input)
    }

    func run(_ arguments: [String], in folder: FilePath? = nil, input: String? = nil) async throws -> Answer {
        let result = try await Command(
            .path(executable), arguments, environment: .only(environment), workingDirectory: folder, input: input.map { Array($0.utf8) },
            timeout: .seconds(900)
        ).run()
        return Answer(exit: result.exit, output: result.outputText, error: result.errorText)
    }

    /// Runs it and expects an exit code, showing everything if another one came.
    @discardableResult
    func expecting(_ code: Int32, _ arguments: String..., in folder: FilePath? = nil, location: SourceLocation = #_sourceLocation) async throws
        -> Answer
    {
        let answer = try await run(arguments, in: folder)
        #expect(
            answer.code == code, "hallmark \(arguments.joined(separator: " "))\n\(answer.output)\n\(answer.error)", sourceLocation: location)
        return answer
    }
}
