import Basics
import Containers
import Files
import SystemPackage

extension FeedstockBuild {
    /// True if this attempt failed and its container was kept.
    public func isKept() async throws(BuildError) -> Bool {
        guard let outcome = try finished(), !outcome.isSuccess else { return false }
        do throws(ContainerError) { return try await engine.container(containerName)?.isOver ?? false } catch { throw .container(error) }
    }

    /// Starts the container of a failed attempt again, with all that it holds, and takes it up as one that an earlier process had left.
    ///
    /// Its steps run from their first line: what they find done, in the container or below `build_artifacts`, is theirs to skip.
    public func continueKept(onEvent: @escaping @Sendable (BuildEvent) -> Void = { _ in }) async throws(BuildError) -> BuildOutcome {
        guard try await isKept() else { return try await run(onEvent: onEvent) }
        try await checkSccache()
        let earlier = outcomeFile
        try attempt { () throws(FileError) in
            try marker.removeAll()
            try stopFile.removeAll()
            // From here on a build that is asked for takes this container up, whether it was started again or not.
            try earlier.move(to: folder.appending("outcome-before.json"))
        }
        do throws(ContainerError) { try await EngineShim(settings: try ShimSettings(reading: shimSettingsFile), environment: [:]).startAgain() } catch
        {
            throw .container(error)
        }
        return try await run(onEvent: onEvent)
    }
}
