import Basics
import Files
import Foundation
import Processes
import Synchronization
public import SystemPackage

/// What `DOCKER_EXECUTABLE` is while a feedstock's script builds: it takes docker's words and does a little more with them.
///
/// `run` starts the container detached, under a name and labels of ours, from the planned image, without tokens, and follows its log, so that the container
/// outlives the script, us and the terminal. `pull` of an image that is here asks no registry. Everything else goes to the engine as it is.
///
/// Signals: SIGTERM and SIGHUP let go of the container, which goes on; SIGINT goes to the container, a second one kills it.
public struct EngineShim: Sendable {
    public let settings: ShimSettings
    let engine: Engine
    let environment: [String: String]
    private let output: FileDescriptor
    private let error: FileDescriptor

    /// `environment` is the shim's own, for what the script's words name without a value.
    public init(
        settings: ShimSettings, environment: [String: String], output: FileDescriptor = .standardOutput, error: FileDescriptor = .standardError
    ) {
        self.settings = settings
        engine = settings.engine
        self.environment = environment
        self.output = output
        self.error = error
    }

    /// Does what `words` say and returns the exit code: the container's own where there was one.
    public func run(_ words: [String]) async -> Int32 {
        Signals.ignoreBrokenPipes()
        do throws(ContainerError) {
            switch words.first {
            case "run": return try await runContainer(Array(words.dropFirst()))
            case "pull": return try await pull(Array(words.dropFirst()))
            default: return try await pass(words)
            }
        } catch {
            say(error.message, error.hint)
            return Self.code(of: error)
        }
    }

    private static func code(of error: ContainerError) -> Int32 {
        switch error {
        case .commandMissing: 127
        case .cancelled: 143
        default: 125
        }
    }

    private func say(_ message: String, _ hint: String? = nil) {
        write("error: \(message)\n" + (hint.map { "hint: \($0)\n" } ?? ""), to: error)
    }

    /// The script may be gone; what it does not read is in the log all the same.
    private func write(_ text: String, to file: FileDescriptor) { _ = try? file.writeAll(text.utf8) }

    private func pass(_ words: [String]) async throws(ContainerError) -> Int32 {
        do {
            return try await engine.command(words).stream { line in
                write(line.text + (line.isContinued ? "" : "\n"), to: line.stream == .output ? output : error)
            }.code
        } catch { throw engine.translated(error) }
    }

    private var recordPath: FilePath { FilePath(settings.record) }

    /// What the engine is does not stand in it yet: the driver asks meanwhile.
    private func record(_ change: (inout ShimRecord) -> Void) throws(ContainerError) {
        var record = try ShimRecord(reading: recordPath) ?? ShimRecord()
        change(&record)
        try record.write(to: recordPath)
    }

    private func pull(_ words: [String]) async throws(ContainerError) -> Int32 {
        guard let reference = words.last, !reference.hasPrefix("-") else { return try await pass(["pull"] + words) }
        if let facts = try await engine.image(reference), settings.imageID == nil || settings.imageID == facts.id {
            write("hallmark: `\(reference)` is here as \(facts.id); no registry is asked\n", to: error)
            return 0
        }
        let code = try await pass(["pull"] + words)
        if code == 0, let facts = try await engine.image(reference) {
            try record { $0.image = .init(reference: reference, id: facts.id, digests: facts.digests, isPulled: true) }
        }
        return code
    }

    private func runContainer(_ words: [String]) async throws(ContainerError) -> Int32 {
        if let driver = settings.driver, !driver.isRunning { throw .notStarted(settings.container, reason: "the build that asked for it is gone") }
        var run = try RunArguments(parsing: words)
        run.removeSecrets()
        let asked = run.words
        guard let facts = try await engine.image(run.image) else { throw .imageMissing(run.image) }
        if let planned = settings.imageID, planned != facts.id { throw .imageChanged(reference: run.image, locked: planned, found: facts.id) }
        let reference = run.image
        try takeInput(&run)
        try prepare(&run, pinnedTo: facts.id)
        let owner = try await giveFolders(run)
        let ran = ["run", "--detach"] + run.words
        try record { record in
            record.asked = ["run"] + asked
            record.ran = ran
            let isPulled = record.image?.id == facts.id && record.image?.isPulled == true
            record.image = .init(reference: reference, id: facts.id, digests: facts.digests, isPulled: isPulled)
            record.container = settings.container
            record.ownership = owner.map { "given to user \($0) of the container's user namespace, and back" }
        }
        let id: String
        do throws(ContainerError) {
            id = try await engine.start(name: settings.container, image: run.image, command: run.command, arguments: ran)
        } catch {
            let message = error.message
            try record { $0.failure = message }
            throw error
        }
        try record {
            $0.containerID = id
            $0.started = .now
        }
        let exit = try await follow()
        if owner != nil { try await takeFolders(run) }
        try record { $0.exit = exit }
        return exit.code
    }

    /// The words that are ours, put before the script's.
    private func prepare(_ run: inout RunArguments, pinnedTo id: String) throws(ContainerError) {
        // Without a terminal `-it` is refused by docker; detached there is none. `--rm` would take the log and the exit code away.
        run.remove(["--interactive", "--tty", "--detach", "--rm", "--rmi", "--name", "--replace", "--pull", "--log-driver", "--log-opt", "--quiet"])
        var options: [RunArguments.Option] = [.init(name: "--pull", value: "never"), .init(name: "--name", value: settings.container)]
        for (key, value) in settings.labels.sorted(by: { $0.key < $1.key }) { options.append(.init(name: "--label", value: "\(key)=\(value)")) }
        options += Self.options(settings.kind.logArguments(FilePath(settings.log)))
        // The script's own limits win: they are part of what the feedstock asks for.
        for option in Self.options(settings.limits.arguments) {
            let asked = option.name == "--memory-swap" ? "--memory" : option.name
            if run.value(of: asked) == nil, run.value(of: option.name) == nil { options.append(option) }
        }
        if let network = settings.network, run.value(of: "--network") == nil, run.value(of: "--net") == nil {
            options.append(.init(name: "--network", value: network.rawValue))
        }
        for (name, value) in (settings.variables ?? [:]).sorted(by: { $0.key < $1.key }) where !run.hasVariable(name) {
            options.append(.init(name: "--env", value: "\(name)=\(value)"))
        }
        if let cache = settings.compilerCache, run.source(mountedAt: "/home/conda/ccache") == nil {
            options.append(.init(name: "--volume", value: "\(cache):/home/conda/ccache:rw,z"))
            options.append(.init(name: "--env", value: "CCACHE_DIR=/home/conda/ccache"))
        }
        addProxies(run, &options)
        try addSccache(&run, &options)
        run.options = options + run.options
        run.image = id
    }

    /// Podman would hand on all proxies, and their passwords with them.
    private func addProxies(_ run: RunArguments, _ options: inout [RunArguments.Option]) {
        let secret = ProxyVariables.secret(in: environment)
        guard settings.kind == .podman, !secret.isEmpty, !run.options.contains(where: { $0.name == "--http-proxy" }) else { return }
        write("hallmark: the build does not see \(secret.joined(separator: ", ")): a password may stand in it\n", to: error)
        options.append(.init(name: "--http-proxy", value: "false"))
        for (name, value) in ProxyVariables.open(in: environment).sorted(by: { $0.key < $1.key }) where !run.hasVariable(name) {
            options.append(.init(name: "--env", value: "\(name)=\(value)"))
        }
    }

    /// Scripts of conda-smithy 2 pipe the build's steps into `docker run -i`: a detached container reads them from a file.
    private func takeInput(_ run: inout RunArguments) throws(ContainerError) {
        guard run.options.contains(where: { $0.name == "--interactive" }), !run.command.isEmpty else { return }
        var status = stat()
        guard fstat(0, &status) == 0, [S_IFIFO, S_IFREG].contains(status.st_mode & S_IFMT) else { return }
        let steps: Data
        do { steps = try FileHandle.standardInput.readToEnd() ?? Data() } catch {
            throw .refused(action: "read the build's steps", reason: "\(error)")
        }
        guard !steps.isEmpty else { return }
        let file = recordPath.removingLastComponent().appending("steps")
        do throws(FileError) { try file.replaceContents(with: steps) } catch { throw .file(error) }
        run.options.append(.init(name: "--volume", value: "\(file):/home/conda/hallmark-steps:ro,z"))
        run.remove(["-a", "--attach"])
        run.command = ["sh", "-c", "exec \"$@\" </home/conda/hallmark-steps", "sh"] + run.command
    }

    private static func options(_ words: [String]) -> [RunArguments.Option] {
        stride(from: 0, to: words.count - 1, by: 2).map { .init(name: words[$0], value: words[$0 + 1]) }
    }

    /// Follows the log to the container's end, listening to signals beside it.
    private func follow() async throws(ContainerError) -> ContainerExit {
        let name = settings.container
        let (lines, errors) = (BufferedOutput(output), BufferedOutput(error))
        let frame = settings.frame.map { ShimFrame(mark: $0) }
        defer {
            lines.flush()
            errors.flush()
        }
        let result: Result<ContainerExit, ContainerError> = await withTaskGroup(of: Result<ContainerExit, ContainerError>?.self) { group in
            group.addTask {
                do throws(ContainerError) {
                    return .success(
                        try await engine.follow(name) { line in
                            if let frame {
                                lines.add { frame.append(line, to: &$0) }
                            } else {
                                (line.stream == .output ? lines : errors).add { $0 += Array(line.text) + [10] }
                            }
                        })
                } catch { return .failure(error) }
            }
            group.addTask {
                while true {
                    do { try await Task.sleep(for: .milliseconds(50)) } catch { return nil }
                    lines.flush()
                    errors.flush()
                }
            }
            group.addTask {
                var interrupts = 0
                for await number in Signals.stream([SIGINT, SIGTERM, SIGHUP]) {
                    guard number == SIGINT else { return .failure(.cancelled(name)) }
                    interrupts += 1
                    do throws(ContainerError) { try await engine.kill(name, signal: interrupts == 1 ? SIGINT : SIGKILL) } catch {
                        return .failure(error)
                    }
                }
                return nil
            }
            var outcome: Result<ContainerExit, ContainerError>?
            for await result in group {
                if outcome == nil { outcome = result }
                group.cancelAll()
            }
            return outcome ?? .failure(.cancelled(name))
        }
        return try result.get()
    }
}

extension EngineShim {
    /// Starts the container of a build that failed once more; its command runs again in what it had made so far.
    public func startAgain() async throws(ContainerError) {
        guard let record = try ShimRecord(reading: recordPath), !record.ran.isEmpty else { throw .containerMissing(settings.container) }
        let run = try RunArguments(parsing: Array(record.ran.dropFirst()))
        if record.ownership != nil { _ = try await giveFolders(run) }
        try self.record { record in
            record.exit = nil
            record.startedAgain = (record.startedAgain ?? []) + [.now]
        }
        try await engine.startAgain(settings.container)
    }

    /// Does what is left to do for a container whose shim died before it: waits for its end, gives the folders back, writes the record.
    public func settle() async throws(ContainerError) -> ContainerExit {
        let exit = try await engine.wait(for: settings.container)
        if let record = try ShimRecord(reading: recordPath), record.ownership != nil, record.exit == nil {
            try await takeFolders(try RunArguments(parsing: Array(record.ran.dropFirst())))
        }
        try record { record in
            record.container = settings.container
            if record.exit == nil { record.exit = exit }
        }
        return exit
    }
}
