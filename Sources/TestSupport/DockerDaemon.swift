import Files
import Processes
import SystemPackage

/// A docker daemon of the test's own (Debian's package `docker.io`; needs root), with everything that it keeps in a temporary folder.
public enum DockerDaemon {
    public enum Failure: Error { case notReady(String) }

    /// Starts one, hands over the environment that `docker` finds it by, and ends it; takes about four seconds.
    public static func with(_ body: ([String: String]) async throws -> Void) async throws {
        try await TemporaryDirectory.with { folder in
            let socket = folder.appending("docker.sock")
            let daemon = Command(
                .path("/usr/sbin/dockerd"),
                [
                    "--data-root", folder.appending("data").string, "--exec-root", folder.appending("exec").string, "--pidfile",
                    folder.appending("pid").string, "--host", "unix://\(socket)", "--bridge", "none", "--iptables=false",
                ], grace: .seconds(20))
            let environment = ["DOCKER_HOST": "unix://\(socket)"]
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do { _ = try await daemon.run() } catch ProcessError.cancelled {}
                }
                var isReady = false
                for _ in 0..<200 where !isReady {
                    isReady = try await Command("docker", ["version"], environment: .inherited(adding: environment)).run().exit.isSuccess
                    if !isReady { try await Task.sleep(for: .milliseconds(50)) }
                }
                guard isReady else { throw Failure.notReady("dockerd did not answer at \(socket)") }
                try await body(environment)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}
