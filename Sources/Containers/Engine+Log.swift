import Files
public import Foundation
public import Processes
import SystemPackage

extension Engine {
    public func log(
        of container: String, follow: Bool, since: Date?, onLine: @escaping @Sendable (OutputLine) -> Void
    ) async throws(ContainerError) {
        let since = since.map { EngineTime(nanoseconds: Int64($0.timeIntervalSince1970 * 1e9)) }
        guard let facts = try await self.container(container) else { throw .containerMissing(container) }
        if let file = facts.logFile, file.exists {
            try await tail(file, of: container, follow: follow, since: since, onLine: onLine)
            return
        }
        let merge = LogMerge(since: since, onLine: onLine)
        var isOver = !follow
        while true {
            // What the engine printed before is printed again, from a mark on; `merge` drops it.
            try await read(container, follow: !isOver, into: merge)
            if isOver { return }
            // A client may end before the last lines are through, so what there is is read once more.
            guard let facts = try await self.container(container) else { throw .containerMissing(container) }
            isOver = facts.isOver
        }
    }

    /// Follows podman's own file, without a process beside the one that waits for the container's end.
    private func tail(
        _ file: FilePath, of container: String, follow: Bool, since: EngineTime?, onLine: @escaping @Sendable (OutputLine) -> Void
    ) async throws(ContainerError) {
        let isOver = Flag(!follow)
        let outcome: Result<Void, ContainerError> = await withTaskGroup(of: Result<Void, ContainerError>.self) { group in
            if follow {
                group.addTask {
                    do throws(ContainerError) { try await waitForMonitor(of: container) } catch { return .failure(error) }
                    isOver.raise()
                    return .success(())
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
                            return .success(())
                        }
                        if hasMore { continue }
                    } catch { return .failure(.file(.system(action: "read", path: file, errno: error))) }
                    do { try await Task.sleep(for: .milliseconds(50)) } catch { return .failure(.cancelled(container)) }
                }
            }
            var outcome: Result<Void, ContainerError> = .success(())
            for await result in group {
                if case .failure = result, case .success = outcome {
                    outcome = result
                    group.cancelAll()
                }
            }
            return outcome
        }
        if Task.isCancelled { throw .cancelled(container) }
        try outcome.get()
    }

    /// The container is over, and whoever wrote its log has written it to the end.
    private func waitForMonitor(of container: String) async throws(ContainerError) {
        while true {
            guard let facts = try await self.container(container) else { return }
            if facts.isOver {
                for _ in 0..<100 where facts.monitorID > 0 && FilePath("/proc/\(facts.monitorID)").exists {
                    do { try await Task.sleep(for: .milliseconds(50)) } catch { throw .cancelled(container) }
                }
                return
            }
            do { _ = try await command(["wait", container]).run() } catch { throw translated(error) }
        }
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
                        try await command.stream(lineLimit: 1 << 20) { line in
                            if !merge.feed(line) { last.append(line.text) }
                        })
                } catch { return .failure(translated(error)) }
            }
            group.addTask {
                while true {
                    do { try await Task.sleep(for: .milliseconds(100)) } catch { return nil }
                    merge.flush(all: false)
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
        if follow { merge.discard() } else { merge.flush(all: true) }
        let exit = try outcome.get()
        if exit.isSuccess { return }
        let error = failure("show the log of `\(container)`", ProcessResult(exit: exit, output: [], error: Array(last.text.utf8)))
        if case .refused(_, let reason) = error, reason.lowercased().contains("no such container") { throw .containerMissing(container) }
        // A client that was killed is started again by the caller, as long as the container goes on.
        if follow, case .signalled = exit { return }
        throw error
    }
}
