import Files
import Processes
import Synchronization
import SystemPackage

/// A docker daemon of the test's own (Debian's package `docker.io`; needs root), with everything that it keeps in a temporary folder.
public final class DockerDaemon: Sendable {
    public enum Failure: Error { case notReady(String) }

    /// What `docker` finds it by.
    public let environment: [String: String]
    private let pidFiles: [FilePath]
    private let starts: AsyncStream<Void>.Continuation
    private let running = Mutex<ProcessIdentity?>(nil)

    private init(environment: [String: String], pidFiles: [FilePath], starts: AsyncStream<Void>.Continuation) {
        self.environment = environment
        self.pidFiles = pidFiles
        self.starts = starts
    }

    /// Starts one, hands over the environment that `docker` finds it by, and ends it; takes about four seconds.
    public static func with(_ body: ([String: String]) async throws -> Void) async throws {
        try await withDaemon { try await body($0.environment) }
    }

    /// The same for a body that kills it and starts it again. `live-restore` lets containers outlive it.
    public static func withDaemon(liveRestore: Bool = false, _ body: (DockerDaemon) async throws -> Void) async throws {
        try await LeftBehind.sweep()
        try await TemporaryDirectory.with { folder in
            let socket = folder.appending("docker.sock")
            // Into a file: what outlives a daemon that is killed would hold a pipe open.
            let command = Command(
                "sh",
                [
                    "-c", "exec /usr/sbin/dockerd \"$@\" >>\"$0\" 2>&1", folder.appending("log").string,
                    "--data-root", folder.appending("data").string, "--exec-root", folder.appending("exec").string, "--pidfile",
                    folder.appending("pid").string, "--host", "unix://\(socket)", "--bridge", "none", "--iptables=false",
                ] + (liveRestore ? ["--live-restore"] : []), grace: .seconds(20))
            LeftBehind.note(daemonFolder: folder)
            // Containers whose daemon was killed outlive it, and a daemon that is told to end with its containerd leaves some.
            defer { LeftBehind.endShims(of: folder) }
            let (stream, continuation) = AsyncStream<Void>.makeStream()
            let daemon = DockerDaemon(
                environment: ["DOCKER_HOST": "unix://\(socket)"],
                pidFiles: [folder.appending("pid"), folder.pushing("exec/containerd/containerd.pid")], starts: continuation)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await _ in stream {
                        do {
                            _ = try await command.stream { pid in
                                daemon.running.withLock { $0 = ProcessIdentity(running: pid) }
                                LeftBehind.note(pid)
                            } onLine: { _ in
                            }
                        } catch ProcessError.cancelled { return }
                    }
                }
                try await daemon.start()
                try await body(daemon)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    /// Starts it, or starts it again after `kill`, and returns when it answers.
    public func start() async throws {
        starts.yield()
        for _ in 0..<400 {
            if try await Command("docker", ["version"], environment: .inherited(adding: environment)).run().exit.isSuccess { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure.notReady("dockerd did not answer at \(environment["DOCKER_HOST"] ?? "")")
    }

    /// Kills the daemon without a chance to clean up; its containerd dies with it, and the containers go on.
    public func kill() async throws {
        guard let process = running.withLock({ $0 }) else { return }
        process.signal(9)
        for _ in 0..<200 where process.isRunning { try await Task.sleep(for: .milliseconds(25)) }
        // Its successor would take a zombie for a daemon that runs.
        for file in pidFiles { try file.removeAll() }
    }
}
