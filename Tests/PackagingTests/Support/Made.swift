import Foundation
import SystemPackage

/// Artifacts that conda-package-handling made once for all tests, removed when the tests end.
enum Made {
    static let folder: FilePath = {
        let path = FilePath(FileManager.default.temporaryDirectory.path).appending("hallmark-made-\(ProcessInfo.processInfo.processIdentifier)")
        atexit { try? FileManager.default.removeItem(atPath: Made.folder.string) }
        do {
            try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
            try Tool.python("make", path.string)
        } catch {
            // Every test that uses the folder fails on its own, with this above it.
            print("cannot make artifacts: \(error)")
        }
        return path
    }()

    static var conda: FilePath { folder.appending("demo-1.0-h0_0.conda") }
    static var tarBz2: FilePath { folder.appending("demo-1.0-h0_0.tar.bz2") }
    static var recipe: FilePath { folder.appending("recipe") }
    static var prefix: FilePath { folder.appending("prefix") }
    static var both: [String] { ["demo-1.0-h0_0.conda", "demo-1.0-h0_0.tar.bz2"] }
}
