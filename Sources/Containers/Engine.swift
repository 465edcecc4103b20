import Basics
import Files
import Foundation
import JSONReading
public import Processes
import SystemPackage

/// Podman or docker, through the command line that both spell nearly alike.
///
/// Containers are not children of the client that starts them: it can be killed and they go on. So each has a name, and what became of it is asked of the
/// engine, never read off the client's exit code, whose 125, 126 and 127 may be its own or the container's.
public struct Engine: Sendable, Hashable {
    public let kind: EngineKind
    public let executable: Command.Executable
    /// On top of our own environment, such as `CONTAINERS_CONF`, `DOCKER_HOST`, `STORAGE_DRIVER`.
    public let environment: [String: String]
    /// Options that go before the verb, such as `--root`, for a store of its own.
    public let options: [String]

    public init(kind: EngineKind, executable: Command.Executable? = nil, environment: [String: String] = [:], options: [String] = []) {
        self.kind = kind
        self.executable = executable ?? .name(kind.rawValue)
        self.environment = environment
        self.options = options
    }

    /// Finds out what `executable` is by asking it: `docker` is podman on some machines.
    public static func detect(
        _ executable: Command.Executable, environment: [String: String] = [:], options: [String] = []
    ) async throws(ContainerError) -> Engine {
        try await detectVersion(executable, environment: environment, options: options).engine
    }

    /// The same with the version that the program gives itself, which is the engine's with podman and only the client's with docker.
    public static func detectVersion(
        _ executable: Command.Executable, environment: [String: String] = [:], options: [String] = []
    ) async throws(ContainerError) -> (engine: Engine, version: String) {
        let text: String
        do {
            text = try await Command(executable, ["--version"], environment: .inherited(adding: environment), timeout: .seconds(30)).output()
        } catch .notFound(let name) {
            throw .engineMissing(name)
        } catch .cannotStart(let name, _) {
            throw .engineMissing(name)
        } catch { throw .process(error) }
        let kind: EngineKind = text.lowercased().contains("podman") ? .podman : .docker
        // `podman version 4.3.1`, `Docker version 20.10.24+dfsg1, build 297e128`.
        let version = text.split(whereSeparator: { $0.isWhitespace || $0 == "," }).first { $0.first?.isNumber ?? false }
        return (Engine(kind: kind, executable: executable, environment: environment, options: options), version.map(String.init) ?? "")
    }

    func command(_ arguments: [String], timeout: Duration? = nil, grace: Duration = .seconds(5)) -> Command {
        Command(executable, options + arguments, environment: .inherited(adding: environment), timeout: timeout, grace: grace)
    }

    /// Runs a short command of the engine to its end.
    func ask(_ arguments: [String], timeout: Duration = .seconds(120)) async throws(ContainerError) -> ProcessResult {
        do { return try await command(arguments, timeout: timeout).run(limit: 64 << 20) } catch { throw translated(error) }
    }

    /// Asks about all containers, anybody's. Podman cannot say a word while one of them is being taken down: it finds the network namespace of a container
    /// that it takes for a running one gone, or half gone (seen with 4.3), so it is asked again for a while.
    func askOfAll(_ arguments: [String]) async throws(ContainerError) -> ProcessResult {
        var tries = 1
        while true {
            let result = try await ask(arguments)
            let isPassing = !result.exit.isSuccess && result.errorText.contains("network namespace of container")
            guard isPassing, tries < 20 else { return result }
            tries += 1
            do { try await Task.sleep(for: .milliseconds(100)) } catch { return result }
        }
    }

    /// Runs a short command of the engine, whose failure is an error.
    @discardableResult
    func tell(_ action: String, _ arguments: [String], timeout: Duration = .seconds(120)) async throws(ContainerError) -> String {
        let result = try await ask(arguments, timeout: timeout)
        guard result.exit.isSuccess else { throw failure(action, result) }
        return result.outputText
    }

    func translated(_ error: ProcessError) -> ContainerError {
        switch error {
        case .notFound(let name): .engineMissing(name)
        case .cannotStart(let name, let reason): .engineUnusable(kind, reason: "`\(name)` cannot be started: \(reason)")
        default: .process(error)
        }
    }

    /// What the engine's words mean, where they mean something that has a name.
    func failure(_ action: String, _ result: ProcessResult) -> ContainerError {
        var text = Self.reason(in: result.errorText.isEmpty ? result.outputText : result.errorText)
        if text.isEmpty { text = "it said nothing and ended with \(result.exit)" }
        let lower = text.lowercased()
        if ["permission denied while trying to connect", "got permission denied", "newuidmap", "no subuid ranges", "insufficient uids or gids"]
            .contains(
                where: lower.contains)
        {
            return .noRights(kind, reason: text)
        }
        if ["cannot connect to the docker daemon", "is the docker daemon running", "cannot connect to podman", "unable to connect to podman"]
            .contains(
                where: lower.contains)
        {
            return .engineUnusable(kind, reason: text)
        }
        return .refused(action: action, reason: text)
    }

    /// The line of an engine's words that says why, without the advice around it.
    static func reason(in text: String) -> String {
        let all = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("Run '") && !$0.hasPrefix("See '") }
        // Podman's warnings begin with the time; they are the reason only where there is nothing else.
        let words = all.filter { !$0.hasPrefix("time=") }
        let lines = words.isEmpty ? all : words
        var line = lines.last { $0.hasPrefix("Error") || $0.hasPrefix("docker:") || $0.contains("rror:") } ?? lines.last ?? ""
        for prefix in ["docker: ", "Error response from daemon: ", "Error: "] where line.hasPrefix(prefix) { line.removeFirst(prefix.count) }
        return String(line.prefix(1000))
    }
}

extension Engine {
    public func facts() async throws(ContainerError) -> EngineFacts {
        let result = try await answer(["info", "--format", "{{json .}}"])
        let json = try parsed(result.outputText, "`info`")
        if let errors = json["ServerErrors"]?.array, let first = errors.first?.string { throw .engineUnusable(kind, reason: first) }
        switch kind {
        case .podman:
            let host = json["host"]
            guard let version = json["version"]?["Version"]?.string, let host else { throw .notUnderstood("`info` names no version") }
            return EngineFacts(
                kind: .podman, version: version, isRootless: host["security"]?["rootless"]?.bool ?? false,
                storage: json["store"]?["graphDriverName"]?.string ?? "", operatingSystem: host["os"]?.string ?? "",
                architecture: host["arch"]?.string ?? "", controlGroups: host["cgroupVersion"]?.string ?? "")
        case .docker:
            guard let version = json["ServerVersion"]?.string, !version.isEmpty else { throw .notUnderstood("`info` names no version of a server") }
            let security = json["SecurityOptions"]?.array?.compactMap(\.string) ?? []
            return EngineFacts(
                kind: .docker, version: version, isRootless: security.contains { $0.contains("rootless") }, storage: json["Driver"]?.string ?? "",
                operatingSystem: json["OSType"]?.string ?? "", architecture: json["Architecture"]?.string ?? "",
                controlGroups: json["CgroupVersion"]?.string.map { "v" + $0 } ?? "")
        }
    }

    /// The same while a container of it is there, at a tenth of what `podman info` costs, which asks the package manager for the versions of programs.
    public func facts(beside container: ContainerFacts) async throws(ContainerError) -> EngineFacts {
        guard kind == .podman, !container.storage.isEmpty else { return try await facts() }
        let versions = try parsed(try await answer(["version", "--format", "{{json .}}"]).outputText, "`version`")
        // A server's facts are not this machine's.
        guard versions["Server"]?.object == nil, let client = versions["Client"], let version = client["Version"]?.string,
            let platform = client["OsArch"]?.string?.split(separator: "/"), platform.count >= 2
        else { return try await facts() }
        return EngineFacts(
            kind: .podman, version: version, isRootless: getuid() != 0, storage: container.storage, operatingSystem: String(platform[0]),
            architecture: String(platform[1]), controlGroups: FilePath("/sys/fs/cgroup/cgroup.controllers").exists ? "v2" : "v1")
    }

    /// Throws what keeps it from being used. Podman takes most of a second to say what it is, because it asks the package manager, and this is a tenth of it.
    public func check() async throws(ContainerError) { _ = try await answer(["ps", "--quiet"]) }

    private func answer(_ arguments: [String]) async throws(ContainerError) -> ProcessResult {
        let result = try await askOfAll(arguments)
        if result.exit.isSuccess { return result }
        let error = failure("say what it is", result)
        guard case .refused(_, let reason) = error else { throw error }
        if reason.lowercased().contains("permission denied") { throw .noRights(kind, reason: reason) }
        throw .engineUnusable(kind, reason: reason)
    }

    func parsed(_ text: String, _ what: String) throws(ContainerError) -> JSONValue {
        do { return try JSONValue(parsing: text, limits: .init(bytes: 64 << 20)) } catch { throw .notUnderstood("\(what): \(error.message)") }
    }
}
