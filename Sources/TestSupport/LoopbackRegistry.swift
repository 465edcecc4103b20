import Files
import Foundation
import Processes
public import SystemPackage

/// A registry of images on loopback (Debian's package `docker-registry`), for the length of a closure.
public enum LoopbackRegistry {
    public enum Failure: Error { case notReady }

    /// Hands over the address, and the environment in which podman believes it without TLS; docker does so by itself.
    public static func with(_ body: (_ address: String, _ environment: [String: String], _ folder: FilePath) async throws -> Void) async throws {
        try await TemporaryDirectory.with { folder in
            // One that the kernel had free a moment ago.
            let free = "import socket; s = socket.socket(); s.bind((\"127.0.0.1\", 0)); print(s.getsockname()[1])"
            let port = try await Command("python3", ["-c", free]).output().trimmingCharacters(in: .whitespacesAndNewlines)
            let configuration = folder.appending("registry.yml")
            try configuration.replaceContents(
                with: "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: \(folder.appending("store"))\nhttp:\n  addr: 127.0.0.1:\(port)\n")
            try folder.appending("registries.conf").replaceContents(with: "[[registry]]\nlocation = \"127.0.0.1:\(port)\"\ninsecure = true\n")
            let environment = TinyImage.podmanEnvironment.merging(
                ["CONTAINERS_REGISTRIES_CONF": folder.appending("registries.conf").string], uniquingKeysWith: { $1 })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do { _ = try await Command("docker-registry", ["serve", configuration.string]).run() } catch ProcessError.cancelled {}
                }
                var isReady = false
                for _ in 0..<400 where !isReady {
                    let connect = "import socket; socket.create_connection((\"127.0.0.1\", \(port)))"
                    isReady = try await Command("python3", ["-c", connect]).run().exit.isSuccess
                    if !isReady { try await Task.sleep(for: .milliseconds(50)) }
                }
                guard isReady else { throw Failure.notReady }
                try await body("127.0.0.1:\(port)", environment, folder)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}
