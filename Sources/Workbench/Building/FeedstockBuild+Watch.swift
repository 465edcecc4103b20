import Containers
import Files
import Foundation

extension FeedstockBuild {
    /// What was seen beside a build's log.
    struct Watched: Sendable {
        var resources: ResourceSummary?
        var engine: EngineFacts?
    }

    /// Runs `body` with a `BuildMonitor` beside it.
    func watched<Value: Sendable, Failure: Error>(
        _ log: BuildLog, _ body: @escaping @Sendable () async throws(Failure) -> Value
    ) async throws(Failure) -> (Value, Watched) {
        let monitor = BuildMonitor(
            engine: engine, container: containerName, record: recordFile, disk: artifactsFolder, file: resourcesFile, reserve: diskReserve
        ) { text in
            log.append(BuildLogLine(time: Date(), stream: .script, text: text))
        }
        // Cancelled and waited for where this scope ends.
        async let _: Void = monitor.run()
        async let _: Void = log.flushNowAndThen()
        let value = try await body()
        return (value, Watched(resources: monitor.summary, engine: monitor.engineFacts))
    }

    func cacheUse(since state: BuildState) throws(BuildError) -> CompilerCacheUse? {
        guard let compilerCache, let before = state.cacheBefore else { return nil }
        return try attempt { () throws(FileError) in try CompilerCacheUse(reading: compilerCache) }.since(before)
    }
}
