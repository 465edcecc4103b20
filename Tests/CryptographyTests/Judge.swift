import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing

/// The stock tools that judge what we made.
enum Judge {
    /// Runs `openssl` in `folder` and returns what it said on both streams.
    static func openssl(_ arguments: [String], in folder: FilePath) async throws -> String {
        let result = try await Command("openssl", arguments, workingDirectory: folder, timeout: .seconds(20)).run()
        return result.outputText + result.errorText
    }
}
