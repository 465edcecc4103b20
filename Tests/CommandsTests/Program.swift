import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing

/// The built program, run as a person would run it.
struct Program: Sendable {
    static let executable: FilePath = {
        // The test bundle lies beside the program that was built with it.
        let bundle = Bundle.allBundles.map(\.bundlePath).first { $0.hasSuffix(".xctest") || $0.hasSuffix(".build/debug") }
        let beside = FilePath(bundle ?? CommandLine.arguments[0]).removingLastComponent().appending("hallmark")
        return beside.isRegularFile ? beside : Repository.root.pushing(".build/debug/hallmark")
    }()

    struct Answer {
        let code: Int32
        let output: String
        let error: String
        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// The variables that every run gets; nothing of the caller's own settings reaches the program.
    var environment: [String: String]

    init(home: FilePath) {
        environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home.string, "TERM": "dumb", "LANG": "C.UTF-8"]
        for name in ["SSL_CERT_FILE", "LD_LIBRARY_PATH"] {
            if let value = ProcessInfo.processInfo.environment[name] { environment[name] = value }
        }
    }

    func run(_ arguments: [String], in folder: FilePath? = nil) async throws -> Answer {
        let result = try await Command(
            .path(Self.executable), arguments, environment: .only(environment), workingDirectory: folder, timeout: .seconds(120)
        ).run()
        guard case .exited(let code) = result.exit else { return Answer(code: -1, output: result.outputText, error: result.errorText) }
        return Answer(code: code, output: result.outputText, error: result.errorText)
    }

    /// Runs it and expects an exit code, showing everything if another one came.
    @discardableResult
    func callAsFunction(_ code: Int32, _ arguments: String..., location: SourceLocation = #_sourceLocation) async throws -> Answer {
        let answer = try await run(arguments)
        #expect(answer.code == code, "hallmark \(arguments.joined(separator: " "))\n\(answer.output)\n\(answer.error)", sourceLocation: location)
        return answer
    }
}
