import Processes
import SystemPackage

extension ContainerRequest {
    /// The arguments from `run` on, which both engines spell the same but for the log.
    func arguments(for kind: EngineKind, isDetached: Bool) throws(ContainerError) -> [String] {
        try Engine.check(image)
        guard Self.isName(name) else { throw .notStarted(name, reason: "a name has letters, digits, `_`, `.` and `-`") }
        var arguments = ["run"]
        if isDetached { arguments.append("--detach") }
        arguments += ["--pull=never", "--name", name, "--network", network.rawValue]
        // Podman hands the caller's proxies on unasked, and their addresses may hold a password; what is committed would keep it.
        if kind == .podman { arguments.append("--http-proxy=false") }
        arguments += kind.logArguments(log)
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) { arguments += ["--label", "\(key)=\(value)"] }
        for mount in mounts {
            guard !mount.source.string.contains(","), !mount.target.string.contains(",") else {
                throw .notStarted(name, reason: "`\(mount.source)` has a comma in its path, which engines take for the end of it")
            }
            arguments += ["--mount", "type=bind,source=\(mount.source),target=\(mount.target)" + (mount.isReadOnly ? ",readonly" : "")]
        }
        // On SELinux machines a mounted folder would have to be relabelled, for good; the container is left unlabelled instead.
        if !mounts.isEmpty { arguments += ["--security-opt", "label=disable"] }
        for (target, options) in temporaryFolders.sorted(by: { $0.key.string < $1.key.string }) {
            arguments += ["--tmpfs", options.isEmpty ? target.string : "\(target):\(options)"]
        }
        for (key, value) in environment.sorted(by: { $0.key < $1.key }) where !SecretNames.contains(key) {
            arguments += ["--env", "\(key)=\(value)"]
        }
        if let user { arguments += ["--user", user] }
        arguments += limits.arguments
        if let workingDirectory { arguments += ["--workdir", workingDirectory.string] }
        if hasReadOnlyRoot { arguments.append("--read-only") }
        if let entryPoint { arguments.append("--entrypoint=\(entryPoint)") }
        arguments.append(image)
        return arguments + command
    }

    static func isName(_ text: String) -> Bool {
        let utf8 = text.utf8
        guard let first = utf8.first, utf8.count <= 200 else { return false }
        func isAlphanumeric(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) }
        return isAlphanumeric(first) && utf8.allSatisfy { isAlphanumeric($0) || $0 == 95 || $0 == 46 || $0 == 45 }
    }
}

extension ContainerRequest.Limits {
    /// Swap is kept out, so that a build that needs more fails where it can be seen, and does not crawl.
    public var arguments: [String] {
        var arguments: [String] = []
        if let memory { arguments += ["--memory", "\(memory)b", "--memory-swap", "\(memory)b"] }
        if let cpus { arguments += ["--cpus", "\(cpus)"] }
        if let processes { arguments += ["--pids-limit", "\(processes)"] }
        return arguments
    }
}

extension EngineKind {
    /// More than any disk has, so that no beginning is thrown away.
    static let dockerLogSize = "1000g"

    /// A log that can be read from its first line: engines may be set up to keep logs elsewhere, or to throw the beginning of a long one away.
    func logArguments(_ path: FilePath?) -> [String] {
        switch self {
        case .podman: ["--log-driver", "k8s-file"] + (path.map { ["--log-opt", "path=\($0)"] } ?? [])
        case .docker: ["--log-driver", "json-file", "--log-opt", "max-size=\(Self.dockerLogSize)"]
        }
    }
}
