import Basics
import Conda
import Containers
import Files
import Foundation
import JSONReading
import Processes
import Synchronization
import SystemPackage

extension FeedstockBuild {
    /// Builds, or takes up a build that an earlier process of ours began, and returns what became of it.
    ///
    /// A cancelled task throws `BuildError.detached` and leaves the container running.
    public func run(onEvent: @escaping @Sendable (BuildEvent) -> Void = { _ in }) async throws(BuildError) -> BuildOutcome {
        guard feedstock.appending(".ci_support").appending("\(variant).yaml").exists else {
            throw .noSuchVariant(variant, feedstock.appending(".ci_support").appending("\(variant).yaml"))
        }
        guard script.exists else { throw .noScript(script) }
        try attempt { () throws(FileError) in try folder.createDirectory() }
        let lock = try await takeLock()
        do throws(BuildError) {
            let outcome = try await runLocked(onEvent)
            lock.release()
            return outcome
        } catch {
            lock.release()
            throw error
        }
    }

    private func runLocked(_ onEvent: @escaping @Sendable (BuildEvent) -> Void) async throws(BuildError) -> BuildOutcome {
        if let outcome = try finished() { return outcome }
        let state = try BuildState(reading: stateFile)
        endLeftScript(state)
        guard let sccache else { return try await takeUpOrBegin(state, onEvent) }
        let cache: FolderLock
        do throws(FileError) {
            try sccache.createDirectory()
            cache = try FolderLock.take(sccache)
        } catch { throw .file(error) }
        do throws(BuildError) {
            let outcome = try await takeUpOrBegin(state, onEvent)
            cache.release()
            return outcome
        } catch {
            cache.release()
            throw error
        }
    }

    private func takeUpOrBegin(
        _ state: BuildState?, _ onEvent: @escaping @Sendable (BuildEvent) -> Void
    ) async throws(BuildError) -> BuildOutcome {
        if let state, let container = try await leftContainer(state) { return try await resume(container, state, onEvent) }
        return try await begin(onEvent)
    }

    /// The outcome of an attempt that is over.
    public func finished() throws(BuildError) -> BuildOutcome? {
        guard outcomeFile.exists else { return nil }
        do {
            return try StrictJSON.decode(BuildOutcome.self, from: try outcomeFile.contents(limit: 64 << 20), limits: .init(bytes: 64 << 20))
        } catch let error
            as FileError
        { throw .file(error) } catch let error as JSONError { throw .json(outcomeFile, error) } catch { throw .json(outcomeFile, .shape("\(error)")) }
    }

    /// The container of an earlier process; one that never ran is taken away.
    ///
    /// So is one that the machine's end has ended: what it was doing then is lost, and the variant is built again, from a warm compiler cache if there is one.
    private func leftContainer(_ state: BuildState) async throws(BuildError) -> ContainerFacts? {
        do throws(ContainerError) {
            guard let container = try await engine.container(containerName) else { return nil }
            let isOfThisBoot = state.boot == BuildState.currentBoot
            if container.started != nil, isOfThisBoot || container.isOver && marker.exists { return container }
            try await engine.remove(containerName)
            return nil
        } catch { throw .container(error) }
    }

    /// True once the shim has seen the container's end, or that there is none.
    private var isSettled: Bool {
        get throws(BuildError) {
            do throws(ContainerError) {
                let record = try ShimRecord(reading: recordFile)
                return record?.exit != nil || record?.failure != nil
            } catch { throw .container(error) }
        }
    }

    private func takeLock() async throws(BuildError) -> FileLock {
        let own = "process \(getpid()) on \(ProcessInfo.processInfo.hostName)"
        var tries = 0
        while true {
            do throws(FileError) { return try FileLock.take(folder.appending("lock"), holder: own) } catch {
                guard case .locked(let path, let holder) = error else { throw .file(error) }
                tries += 1
                // A child that we have forked and that has not become its program yet holds what we have let go of.
                guard holder == own, tries < 20 else { throw .busy(path.removingLastComponent(), holder: holder) }
                do { try await Task.sleep(for: .milliseconds(50)) } catch { throw .cancelled }
            }
        }
    }

    func attempt<Value>(_ body: () throws(FileError) -> Value) throws(BuildError) -> Value {
        do throws(FileError) { return try body() } catch { throw .file(error) }
    }

    /// A script whose driver is gone would start its container, or test for the marker, beside us.
    private func endLeftScript(_ state: BuildState?) { state?.script?.signalGroup(SIGTERM) }
}

extension FeedstockBuild {
    private func begin(_ onEvent: @escaping @Sendable (BuildEvent) -> Void) async throws(BuildError) -> BuildOutcome {
        let mark = "\u{1E}" + String(UInt64.random(in: 0...UInt64.max), radix: 36) + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        try await checkSccache()
        var state = BuildState(
            driver: .own, started: .now, before: try attempt { () throws(FileError) in try BuildProducts(scanning: artifactsFolder) })
        try attempt { () throws(FileError) in
            // A build that ended with its machine left its changes in the checkout.
            _ = try snapshot.restore(keeping: folder.appending("changed"))
            try snapshot.take()
            try marker.removeAll()
            try recordFile.removeAll()
            try engineFile.removeAll()
            try containerLog.removeAll()
            try stopFile.removeAll()
            try resourcesFile.removeAll()
            try compilerCache?.createDirectory()
            state.cacheBefore = try compilerCache.map { path throws(FileError) in try CompilerCacheUse(reading: path) }
        }
        state.keepsFailedContainer = keepsFailedContainer
        state.jobs = jobs
        if let jobs { onEvent(.jobs(jobs)) }
        let wrapper = try writeShim(mark: mark)
        try state.write(to: stateFile)
        let log = try openLog(prefix: [], onEvent)
        let script = ScriptOutput(frame: ShimFrame(mark: mark), log: log) { onEvent(.container(name: containerName, isResumed: false)) }
        let identity = Mutex<ProcessIdentity?>(nil)
        let base = state
        let exit: ProcessExit
        let seen: Watched
        do throws(ProcessError) {
            (exit, seen) = try await watched(log) { () async throws(ProcessError) -> ProcessExit in
                let exit = try await command(wrapper).pieces { pid in
                    // From here on a process that takes over knows whom to end first.
                    var started = base
                    started.script = ProcessIdentity(running: pid)
                    identity.withLock { $0 = started.script }
                    try? started.write(to: stateFile)
                } onPiece: {
                    script.feed($0, at: $1)
                }
                script.end()
                return exit
            }
        } catch {
            _ = log.end()
            guard case .cancelled = error else { throw .process(error) }
            let engine = engine
            let name = containerName
            let isLeft = await uncancelled { () async -> Bool in
                do throws(ContainerError) { return try await engine.container(name)?.started != nil } catch { return true }
            }
            throw isLeft ? .detached(container: containerName) : .cancelled
        }
        state.script = identity.withLock { $0 }
        // The script or its shim was killed, and the container goes on, or went on to its end, without them.
        if !exit.isSuccess, try !isSettled, let container = try await leftContainer(state) {
            _ = log.end()
            return try await resume(container, state, onEvent)
        }
        return try await finish(state, log, seen, scriptExit: exit.code, isResumed: false)
    }

    /// Watches a container that an earlier process started, from its first line on, or takes the result of one that ended meanwhile.
    private func resume(
        _ container: ContainerFacts, _ state: BuildState, _ onEvent: @escaping @Sendable (BuildEvent) -> Void
    ) async throws(BuildError) -> BuildOutcome {
        onEvent(.container(name: containerName, isResumed: true))
        let log = try openLog(prefix: try scriptLines(), restarts: try restarts(of: container), onEvent)
        var taken = state
        taken.driver = .own
        try taken.write(to: stateFile)
        let seen: Watched
        do throws(ContainerError) {
            let settings = try ShimSettings(reading: shimSettingsFile)
            (_, seen) = try await watched(log) { () async throws(ContainerError) -> ContainerExit in
                try await engine.logBytes(of: containerName, follow: true, since: nil) { log.append($0) }
                return try await EngineShim(settings: settings, environment: [:]).settle()
            }
        } catch {
            _ = log.end()
            if Task.isCancelled { throw .detached(container: containerName) }
            throw .container(error)
        }
        return try await finish(try BuildState(reading: stateFile) ?? state, log, seen, scriptExit: nil, isResumed: true)
    }
}

extension FeedstockBuild {
    private func finish(
        _ state: BuildState, _ log: BuildLog, _ seen: Watched, scriptExit: Int32?, isResumed: Bool
    ) async throws(BuildError) -> BuildOutcome {
        let (phases, lineCount, logFailure, lastLines, idle) = log.end()
        let restored = try attempt { () throws(FileError) in try snapshot.restore(keeping: folder.appending("changed")) }
        var container: ContainerExit?
        var record: ShimRecord?
        do throws(ContainerError) {
            record = try ShimRecord(reading: recordFile)
            if var known = record, known.engine == nil {
                if let facts = seen.engine { known.engine = facts } else { known.engine = try await engine.facts() }
                try known.write(to: recordFile)
                record = known
            }
            container = record?.exit
            if container == nil, let facts = try await engine.container(containerName), facts.isOver {
                container = try await engine.wait(for: containerName)
            }
        } catch { throw .container(error) }
        // A script that ended without its container, because its shim was killed, leaves a build that still runs.
        if container == nil, record?.containerID != nil, record?.failure == nil { throw .detached(container: containerName) }
        let (artifacts, broken) = try attempt { () throws(FileError) in
            try BuildProducts(scanning: artifactsFolder).new(since: state.before, in: artifactsFolder)
        }
        let digests = try attempt { () throws(FileError) in try logDigest() }
        let finished = Timestamp.now
        let hasMarker = marker.exists
        let isDone = (hasMarker || !expectsMarker) && (scriptExit ?? container?.code ?? 1) == 0
        var outcome = BuildOutcome(
            variant: variant, scriptExit: scriptExit, container: container, hasMarker: hasMarker, artifacts: artifacts, broken: broken,
            log: .init(path: logFile.string, sha256: digests.0, byteCount: digests.1, lineCount: lineCount), phases: phases, started: state.started,
            finished: finished, duration: max(0, Double(finished.seconds - state.started.seconds) - idle.rounded(.down)), isResumed: isResumed,
            jobs: state.jobs,
            record: record,
            resources: seen.resources, compilerCache: try cacheUse(since: state), sccache: seen.sccache, restored: restored, failure: nil)
        if let logFailure {
            outcome.failure = .diskFull(line: logFailure.message)
        } else if !isDone {
            outcome.failure = BuildFailure(
                guessing: .init(
                    scriptExit: scriptExit, container: container, record: record, brokenPackages: broken.map(\.name.fileName), hasMarker: hasMarker,
                    isStopped: stopFile.exists, jobs: state.jobs, lines: lastLines, freeBytes: try? artifactsFolder.freeBytes()))
        }
        if outcome.failure == nil, artifacts.isEmpty { outcome.failure = .noArtifacts }
        let done = outcome
        try attempt { () throws(FileError) in
            do { try outcomeFile.replaceContents(with: try StrictJSON.encode(done, pretty: true)) } catch let error as JSONError {
                throw .system(action: "write (\(error.message))", path: outcomeFile, errno: .invalidArgument)
            } catch { throw error as? FileError ?? .system(action: "write", path: outcomeFile, errno: .ioError) }
        }
        if !shimFolder.starts(with: folder) { try attempt { () throws(FileError) in try shimFolder.removeAll() } }
        // Only now: until the outcome is on the disk, the container is the only one that knows it.
        if !((keepsFailedContainer || state.keepsFailedContainer == true) && outcome.failure != nil) {
            do throws(ContainerError) {
                try await engine.remove(containerName)
                try await KeptContainer.discardImage(of: containerName, beside: recordFile, in: engine)
            } catch { throw .container(error) }
        }
        return outcome
    }
}
