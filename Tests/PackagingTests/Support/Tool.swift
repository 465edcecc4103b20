import Foundation
import SystemPackage
import TestSupport

/// Runs a stock tool to its end and gives its output; a tool that fails makes the test fail.
enum Tool {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    @discardableResult
    static func run(_ arguments: String..., in folder: FilePath? = nil) throws -> String { try run(arguments, in: folder) }

    @discardableResult
    static func run(_ arguments: [String], in folder: FilePath? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder.string) }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(arguments.joined(separator: " ")) ended with \(process.terminationStatus): \(text)")
        }
        return text
    }

    /// A command of `Tests/Judges/artifacts.py`, under the Python that `scripts/setup-python.sh` made.
    @discardableResult
    static func python(_ arguments: String...) throws -> String {
        let script = Repository.root.appending("Tests/Judges/artifacts.py")
        return try run([Repository.root.appending(".tools/venv/bin/python").string, script.string] + arguments)
    }
}
