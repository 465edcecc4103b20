import Files
public import Foundation
public import Processes
import SystemPackage

extension Engine {
    public func log(
        of container: String, follow: Bool, since: Date?, onLine: @escaping @Sendable (OutputLine) -> Void
    ) async throws(ContainerError) {
        try await logBytes(of: container, follow: follow, since: since) { onLine($0.line) }
    }

    /// The same without a value for each line, for logs that are long.
    public func logBytes(
        of container: String, follow: Bool, since: Date?, onLine: @escaping @Sendable (LogBytes) -> Void
    ) async throws(ContainerError) {
        _ = try await lines(of: container, follow: follow, since: since, onLine: onLine)
    }

    /// Its log to the container's end, and how it ended.
    func follow(_ container: String, onLine: @escaping @Sendable (LogBytes) -> Void) async throws(ContainerError) -> ContainerExit {
        let last = try await lines(of: container, follow: true, since: nil, onLine: onLine)
        if let last, last.isOver { return try await exit(of: last, isTimedOut: false) }
        return try await wait(for: container)
    }

    /// What the engine said of the container last.
    private func lines(
        of container: String, follow: Bool, since: Date?, onLine: @escaping @Sendable (LogBytes) -> Void
    ) async throws(ContainerError) -> ContainerFacts? {
        let since = since.map { EngineTime(nanoseconds: Int64($0.timeIntervalSince1970 * 1e9)) }
        guard let facts = try await self.container(container) else { throw .containerMissing(container) }
        if let file = facts.logFile, access(file.string, R_OK) == 0 {
            return try await tail(file, of: facts, follow: follow, since: since, onLine: onLine)
        }
        let merge = LogMerge(since: since, onLine: onLine)
        var last = facts
        var isOver = !follow
        while true {
            // What the engine printed before is printed again, from a mark on; `merge` drops it.
            try await read(container, follow: !isOver, into: merge)
            if isOver { return last }
            // A client may end before the last lines are through, so what there is is read once more.
            guard let facts = try await self.container(container) else { throw .containerMissing(container) }
            last = facts
            isOver = facts.isOver
        }
    }

    /// Follows the engine's own file, without a process beside the one that looks for the container's end.
    private func tail(
        _ file: FilePath, of facts: ContainerFacts, follow: Bool, since: EngineTime?, onLine: @escaping @Sendable (LogBytes) -> Void
    ) async throws(ContainerError) -> ContainerFacts? {
        let container = facts.name
        let isOver = Flag(!follow)
        let outcome: Result<ContainerFacts?, ContainerError> = await withTaskGroup(of: Result<ContainerFacts?, ContainerError>.self) { group in
            if follow {
                group.addTask {
                    let last: ContainerFacts?
                    do throws(ContainerError) { last = try await waitForMonitor(of: container, facts) } catch { return .failure(error) }
                    isOver.raise()
                    return .success(last)
                }
            }
            group.addTask {
                var log = ContainerLogFile(file, since: since, onLine: onLine)
                while true {
                    let isLast = isOver.isRaised
                    do throws(Errno) {
                        let hasMore = try log.advance()
                        if isLast && !hasMore {
                            log.finish()
                            return .success(nil)
                        }
                        if hasMore { continue }
                    } catch { return .failure(.file(.system(action: "read", path: file, errno: error))) }
                    do { try await Task.sleep(for: .milliseconds(50)) } catch { return .failure(.cancelled(container)) }
                }
            }
            var outcome: Result<ContainerFacts?, ContainerError> = .success(follow ? nil : facts)
            for await result in group {
                guard case .success(let known) = outcome else { continue }
                switch result {
                case .success(let last): outcome = .success(last ?? known)
                case .failure:
                    outcome = result
                    group.cancelAll()
                }
            }
            return outcome
        }
        if Task.isCancelled { throw .cancelled(container) }
        return try outcome.get()
    }

    /// The container is over, and whoever wrote its log has written it to the end.
    private func waitForMonitor(of container: String, _ known: ContainerFacts) async throws(ContainerError) -> ContainerFacts? {
        var facts = known
        while true {
            if facts.isOver {
                for _ in 0..<250 where facts.monitorID > 0 && FilePath("/proc/\(facts.monitorID)").exists { try await pause(20, container) }
                return facts
            }
            // Its monitor goes when all is done, and to look for it costs nothing; `podman wait` asks for the container four times a second.
            if facts.monitorID > 0, let monitor = ProcessIdentity(running: facts.monitorID) {
                while monitor.isRunning { try await pause(50, container) }
            } else {
                // A monitor that was killed leaves a container that goes on.
                do { _ = try await command(["wait", container]).run() } catch { throw translated(error) }
            }
            guard let now = try await self.container(container) else { return nil }
            facts = now
        }
    }

    private func pause(_ milliseconds: Int, _ container: String) async throws(ContainerError) {
        do { try await Task.sleep(for: .milliseconds(milliseconds)) } catch { throw .cancelled(container) }
    }

    private func read(_ container: String, follow: Bool, into merge: LogMerge) async throws(ContainerError) {
        var arguments = ["logs", "--timestamps"]
        if follow { arguments.append("--follow") }
        if let mark = merge.beginReading() { arguments += ["--since", mark] }
        let last = LastLines()
        let command = command(arguments + [container], grace: .milliseconds(200))
        let outcome: Result<ProcessExit, ContainerError> = await withTaskGroup(of: Result<ProcessExit, ContainerError>?.self) { group in
            group.addTask {
                do throws(ProcessError) {
                    return .success(
                        try await command.streams { stream, piece in merge.feed(piece, stream) { last.append($0) } })
                } catch { return .failure(translated(error)) }
            }
            group.addTask {
                while true {
                    do { try await Task.sleep(for: .milliseconds(100)) } catch { return nil }
                    merge.flush()
                }
            }
            var outcome: Result<ProcessExit, ContainerError>?
            for await result in group {
                if outcome == nil { outcome = result }
                group.cancelAll()
            }
            return outcome ?? .failure(.cancelled(container))
        }
        // What came last may be half a line: docker's client ends before the rest of a line without a line break. The reading that follows has it whole.
        if !follow { merge.end { last.append($0) } }
        let exit = try outcome.get()
        if exit.isSuccess { return }
        let error = failure("show the log of `\(container)`", ProcessResult(exit: exit, output: [], error: Array(last.text.utf8)))
        if case .refused(_, let reason) = error, reason.lowercased().contains("no such container") { throw .containerMissing(container) }
        // A client that was killed is started again by the caller, as long as the container goes on.
        if follow, case .signalled = exit { return }
        throw error
    }
}
