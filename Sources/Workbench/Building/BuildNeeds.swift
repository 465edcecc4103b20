public import Basics

/// What one build of a package took: what the next one of the same package is measured by.
public struct BuildNeeds: Hashable, Sendable, Codable {
    public var variant: String
    public var finished: Timestamp
    public var isSuccess: Bool
    /// Of wall time.
    public var seconds: Double
    public var phases: [BuildOutcome.Phase]
    /// `CPU_COUNT`, if it was given.
    public var jobs: Int?
    public var resources: ResourceSummary?
    public var compilerCache: CompilerCacheUse?
    public var sccache: SccacheUse?
}

extension BuildNeeds {
    init(_ outcome: BuildOutcome) {
        variant = outcome.variant
        finished = outcome.finished
        isSuccess = outcome.isSuccess
        seconds = outcome.duration
        phases = outcome.phases
        jobs = outcome.jobs
        resources = outcome.resources
        compilerCache = outcome.compilerCache
        sccache = outcome.sccache
    }

    /// Seconds that are left of a build like this one, which is `inPhase` seconds into `phase` and began `elapsed` seconds ago.
    ///
    /// Phases count rather than the whole, because an earlier one may have been much slower or faster this time; nil where nothing can be said any more.
    public func remaining(phase: String, inPhase: Double, elapsed: Double) -> Double? {
        guard let index = phases.lastIndex(where: { $0.name == phase }) else {
            return seconds > elapsed ? seconds - elapsed : nil
        }
        let later = phases[(index + 1)...].reduce(0) { $0 + $1.seconds }
        let left = phases[index].seconds - inPhase
        // A phase that takes longer than it did says nothing of its own end.
        return left > 0 ? left + later : nil
    }
}
