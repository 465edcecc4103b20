import Basics
import Foundation
import JSONReading
public import Processes

extension Engine: ContainerEngine {
    public func run(_ request: ContainerRequest, onLine: @escaping @Sendable (OutputLine) -> Void) async throws(ContainerError) -> ContainerExit {
        // Tells the container that we made from another one of the same name, which was there before.
        let nonce = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        var marked = request
        marked.labels["org.conda-hallmark.request"] = nonce
        let arguments = try marked.arguments(for: kind, isDetached: false)
        let last = LastLines()
        let outcome: Result<(ProcessExit, isTimedOut: Bool), ContainerError>
        do throws(ContainerError) {
            outcome = .success(try await client(arguments, request, last, onLine))
        } catch { outcome = .failure(error) }
        // Whatever happened, also when we were cancelled: ask what became of it, then take it away.
        return try await uncancelled { () async throws(ContainerError) -> ContainerExit in
            switch outcome {
            case .failure(let error):
                if try await container(request.name)?.isMarked(nonce) ?? false { try await remove(request.name) }
                if case .process(.cancelled) = error { throw ContainerError.cancelled(request.name) }
                throw error
            case .success(let (exit, isTimedOut)):
                let facts = try await container(request.name)
                if let facts, !facts.isMarked(nonce) { throw ContainerError.nameTaken(request.name) }
                guard let facts, facts.started != nil else {
                    let error = notStarted(request, exit, last.text, facts)
                    if facts != nil { try await remove(request.name) }
                    throw error
                }
                // podman's client can miss all that a container says which ends at once; the engine's own log has it.
                if last.text.isEmpty { try await log(of: request.name, follow: false, since: nil, onLine: onLine) }
                let result = try await self.exit(of: facts, isTimedOut: isTimedOut)
                try await remove(request.name)
                return result
            }
        }
    }

    public func start(_ request: ContainerRequest) async throws(ContainerError) -> String {
        try await start(
            name: request.name, image: request.image, command: request.command, arguments: try request.arguments(for: kind, isDetached: true))
    }

    /// Starts a detached container from ready-made arguments, `run` first; the shim's way.
    func start(name: String, image: String, command: [String], arguments: [String]) async throws(ContainerError) -> String {
        let result = try await ask(arguments, timeout: .seconds(300))
        if result.exit.isSuccess, let id = result.outputText.split(whereSeparator: \.isNewline).last { return String(id) }
        let request = ContainerRequest(image: image, command: command, name: name)
        let facts = try await container(name)
        let error = notStarted(request, result.exit, result.errorText, facts)
        if facts != nil, facts?.started == nil, error != .nameTaken(name) { try await remove(name) }
        throw error
    }

    public func wait(for container: String) async throws(ContainerError) -> ContainerExit {
        while true {
            guard let facts = try await self.container(container) else { throw .containerMissing(container) }
            if facts.isOver { return try await exit(of: facts, isTimedOut: false) }
            do { _ = try await command(["wait", container]).run() } catch { throw translated(error) }
        }
    }

    public func container(_ name: String) async throws(ContainerError) -> ContainerFacts? {
        let result = try await ask(["container", "inspect", name])
        guard result.exit.isSuccess else {
            let text = result.errorText.lowercased()
            if ["no such container", "no such object"].contains(where: text.contains) { return nil }
            throw failure("look at the container `\(name)`", result)
        }
        guard let json = try parsed(result.outputText, "`container inspect`")[0] else { return nil }
        guard let facts = ContainerFacts(json) else { throw .notUnderstood("`container inspect` of `\(name)`") }
        return facts
    }

    public func commit(_ container: String, as reference: String) async throws(ContainerError) {
        try Self.check(reference)
        try await tell("make an image of the container `\(container)`", ["commit", container, reference], timeout: .seconds(600))
    }

    public func containers(label: String, value: String?) async throws(ContainerError) -> [ContainerFacts] {
        let filter = "label=\(label)" + (value.map { "=\($0)" } ?? "")
        let result = try await askOfAll(["ps", "--all", "--no-trunc", "--quiet", "--filter", filter])
        guard result.exit.isSuccess else { throw failure("list containers", result) }
        var found: [ContainerFacts] = []
        for id in result.outputText.split(whereSeparator: \.isNewline) {
            if let facts = try await container(String(id)) { found.append(facts) }
        }
        return found
    }

    /// Starts a container that is over once more: the same command in the file system as it was left.
    func startAgain(_ container: String) async throws(ContainerError) {
        try await tell("start the container `\(container)` again", ["start", container], timeout: .seconds(300))
    }

    public func kill(_ container: String, signal: Int32) async throws(ContainerError) {
        try await tell("signal the container `\(container)`", ["kill", "--signal", "\(signal)", container])
    }

    public func stop(_ container: String, grace: Int) async throws(ContainerError) {
        try await tell("stop the container `\(container)`", ["stop", "--time", "\(grace)", container], timeout: .seconds(grace + 120))
    }

    public func pause(_ container: String) async throws(ContainerError) {
        try await tell("pause the container `\(container)`", ["pause", container])
    }

    public func resume(_ container: String) async throws(ContainerError) {
        try await tell("resume the container `\(container)`", ["unpause", container])
    }

    /// What a command says on its standard output that is run in a container beside what runs there; `user` is a number there.
    public func answer(
        of words: [String], in container: String, user: String, timeout: Duration = .seconds(10)
    ) async throws(ContainerError) -> String {
        let result = try await ask(["exec", "--user", user, container] + words, timeout: timeout)
        guard result.exit.isSuccess else { throw failure("ask `\(words.first ?? "")` in the container `\(container)`", result) }
        return result.outputText
    }

    public func remove(_ container: String) async throws(ContainerError) {
        var result = try await forceRemove(container)
        // Podman notices only while it removes it that a container whose monitor was killed has ended, and then refuses once.
        if result.errorText.contains("container state improper") { result = try await forceRemove(container) }
        if result.exit.isSuccess || result.errorText.lowercased().contains("no such container") { return }
        throw failure("remove the container `\(container)`", result)
    }

    private func forceRemove(_ container: String) async throws(ContainerError) -> ProcessResult {
        try await ask(kind == .podman ? ["rm", "--force", "--time", "0", "--volumes", container] : ["rm", "--force", "--volumes", container])
    }
}

extension ContainerFacts {
    fileprivate func isMarked(_ nonce: String) -> Bool { labels["org.conda-hallmark.request"] == nonce }
}

extension Engine {
    /// The client in the foreground, and a clock beside it that kills the container when its time is over.
    private func client(
        _ arguments: [String], _ request: ContainerRequest, _ last: LastLines, _ onLine: @escaping @Sendable (OutputLine) -> Void
    ) async throws(ContainerError) -> (ProcessExit, isTimedOut: Bool) {
        // SIGTERM to the client reaches the container, which may ignore it; `remove` ends it anyway, so the client is not waited for.
        let command = command(arguments, grace: .milliseconds(300))
        let name = request.name
        let timeout = request.timeout
        let isTimedOut = Flag()
        let result: Result<(ProcessExit, Bool), ContainerError> = await withTaskGroup(of: Result<ProcessExit, ContainerError>?.self) { group in
            group.addTask {
                do throws(ProcessError) {
                    return .success(
                        try await command.stream { line in
                            last.append(line.text)
                            onLine(line)
                        })
                } catch { return .failure(translated(error)) }
            }
            if let timeout {
                group.addTask {
                    do { try await Task.sleep(for: timeout) } catch { return nil }
                    isTimedOut.raise()
                    // An engine under load may not have the container yet.
                    while !Task.isCancelled {
                        do throws(ContainerError) {
                            try await kill(name, signal: 9)
                            return nil
                        } catch { do { try await Task.sleep(for: .milliseconds(200)) } catch { return nil } }
                    }
                    return nil
                }
            }
            while let next = await group.next() {
                switch next {
                case .success(let exit)?:
                    group.cancelAll()
                    return .success((exit, isTimedOut.isRaised))
                case .failure(let error)?:
                    group.cancelAll()
                    return .failure(error)
                case nil: break
                }
            }
            return .failure(.cancelled(name))
        }
        return try result.get()
    }

    private func error(from text: String) -> ContainerError? {
        let lower = text.lowercased()
        let isTaken = lower.contains("is already in use by") || lower.contains("that name is already in use")
        return isTaken ? .nameTaken(Self.quoted(in: text) ?? "") : nil
    }

    /// The first text in quotes, without the slash that docker puts before names.
    private static func quoted(in text: String) -> String? {
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return nil }
        return String(parts[1].drop { $0 == "/" })
    }

    private func notStarted(_ request: ContainerRequest, _ exit: ProcessExit, _ text: String, _ facts: ContainerFacts?) -> ContainerError {
        if let taken = error(from: text) { return taken }
        let reason = Self.reason(in: facts.map { $0.startError.isEmpty ? text : $0.startError } ?? text)
        let lower = reason.lowercased()
        if facts == nil, ["no such image", "image not known", "unable to find image", "not find a match in"].contains(where: lower.contains) {
            return .imageMissing(request.image)
        }
        if exit.code == 126 || exit.code == 127, facts != nil {
            return .commandMissing(request.entryPoint.flatMap { $0.isEmpty ? nil : $0 } ?? request.command.first ?? "", container: request.name)
        }
        let named = failure("start the container", ProcessResult(exit: exit, output: [], error: Array(text.utf8)))
        if case .refused = named { return .notStarted(request.name, reason: reason) }
        return named
    }

    func exit(of facts: ContainerFacts, isTimedOut: Bool) async throws(ContainerError) -> ContainerExit {
        let started = facts.started ?? facts.created ?? Date()
        let finished = facts.finished ?? Date()
        return ContainerExit(
            code: facts.exitCode, outOfMemory: await outOfMemory(facts, isTimedOut: isTimedOut), isTimedOut: isTimedOut, started: Timestamp(started),
            finished: Timestamp(finished), duration: max(0, finished.timeIntervalSince(started)))
    }

    /// Docker says it. Podman 4 does not, so the kernel's log is asked where we may read it; the log names the container's control group.
    private func outOfMemory(_ facts: ContainerFacts, isTimedOut: Bool) async -> ContainerExit.OutOfMemory {
        if facts.isKilledForMemory { return .yes }
        guard facts.exitCode == 137, !isTimedOut else { return .no }
        let kernelLog = try? await Command("dmesg", timeout: .seconds(10)).run()
        if let kernelLog, kernelLog.exit.isSuccess {
            let isNamed = kernelLog.outputText.split(separator: "\n").contains { $0.contains("oom") && $0.contains(facts.id) }
            return isNamed ? .yes : .no
        }
        return facts.memoryLimit > 0 ? .probably : .no
    }
}
