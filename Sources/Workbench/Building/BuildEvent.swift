public import Foundation

/// What happens while a build runs, for showing it.
public enum BuildEvent: Hashable, Sendable {
    /// The container runs; `isResumed` if an earlier process of ours had started it.
    case container(name: String, isResumed: Bool)
    /// `CPU_COUNT`, before the container of a new build is started.
    case jobs(Int)
    /// When the build began it, which is long ago where a log is read again, and the phase before it with the time that it took.
    case phase(String, began: Date, after: BuildOutcome.Phase?)
    case line(BuildLogLine)
}
