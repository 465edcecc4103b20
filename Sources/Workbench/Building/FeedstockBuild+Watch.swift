import Containers
import Files
import Foundation
import SystemPackage

extension FeedstockBuild {
    /// What was seen beside a build's log.
    struct Watched: Sendable {
        var resources: ResourceSummary?
        var engine: EngineFacts?
        /// Nil without an sccache.
        var sccache: SccacheUse?
    }

    /// Runs `body` with a `BuildMonitor` beside it.
    func watched<Value: Sendable, Failure: Error>(
        _ log: BuildLog, _ body: @escaping @Sendable () async throws(Failure) -> Value
    ) async throws(Failure) -> (Value, Watched) {
        let phaseCount: (@Sendable () -> Int)? = usesSccache ? { @Sendable in log.phaseCount } : nil
        let monitor = BuildMonitor(
            engine: engine, container: containerName, record: recordFile, disk: artifactsFolder, file: resourcesFile,
            engineFile: engineFile, reserve: diskReserve,
            phaseCount: phaseCount
        ) { text in
            log.append(BuildLogLine(time: Date(), stream: .script, text: text))
        }
        // Cancelled and waited for where this scope ends.
        async let _: Void = monitor.run()
        async let _: Void = log.flushNowAndThen()
        let value = try await body()
        return (value, Watched(resources: monitor.summary, engine: monitor.engineFacts, sccache: phaseCount == nil ? nil : monitor.sccache))
    }

    /// Of the container that was started, whatever who takes it up says.
    private var usesSccache: Bool { (try? ShimSettings(reading: shimSettingsFile))?.sccache != nil }

    /// sccache's own rule is one server a folder: a second one breaks the builds of the first. Who watches a build holds the folder's lock.
    ///
    /// A build that nobody watches holds no lock, and its container uses the folder all the same.
    func checkSccache() async throws(BuildError) {
        guard let sccache else { return }
        let users: [ContainerFacts]
        do throws(ContainerError) { users = try await engine.containers(label: EngineShim.sccacheLabel, value: sccache.string) } catch {
            throw .container(error)
        }
        if let other = users.first(where: { !$0.isOver && $0.name != containerName }) { throw .sccacheTaken(sccache, container: other.name) }
    }

    func cacheUse(since state: BuildState) throws(BuildError) -> CompilerCacheUse? {
        guard let compilerCache, let before = state.cacheBefore else { return nil }
        return try attempt { () throws(FileError) in try CompilerCacheUse(reading: compilerCache) }.since(before)
    }
}
