import Files
public import Processes
import SystemPackage

/// An image of two megabytes with a shell, made from the static busybox of Debian's package `busybox-static`.
public enum TinyImage {
    public static let reference = "localhost/hallmark-tests/busybox:2"
    /// Podman's settings for machines like ours.
    public static var podmanEnvironment: [String: String] {
        ["CONTAINERS_CONF": Repository.root.appending("docker").appending("containers.conf").string]
    }

    private static let programs = [
        "sh", "sleep", "echo", "env", "true", "cat", "dd", "id", "head", "yes", "seq", "touch", "mkdir", "tail", "date", "kill", "ls", "tr", "rm",
        "stat", "chown",
    ]

    /// Makes the image in the engine that `executable` and `options` name, unless it is there.
    public static func make(
        _ executable: Command.Executable, environment: [String: String], options: [String] = [], as reference: String = reference
    ) async throws {
        let environment = ChildEnvironment.inherited(adding: environment)
        guard try await !Command(executable, options + ["image", "inspect", reference], environment: environment).run().exit.isSuccess else { return }
        try await TemporaryDirectory.with { folder in
            let root = folder.appending("root")
            for name in ["bin", "tmp", "proc", "sys", "dev", "etc"] { try root.appending(name).createDirectory() }
            try FilePath("/bin/busybox").copyAll(to: root.appending("bin/busybox"))
            for name in programs { _ = try await Command("ln", ["-s", "busybox", root.appending("bin/\(name)").string]).output() }
            let archive = folder.appending("root.tar")
            _ = try await Command("tar", ["-c", "-f", archive.string, "-C", root.string, "."]).output()
            _ = try await Command(executable, options + ["import", "--change", "ENV PATH=/bin", archive.string, reference], environment: environment)
                .output()
        }
    }
}
