/// What happens while a build runs, for showing it.
public enum BuildEvent: Hashable, Sendable {
    /// The container runs; `isResumed` if an earlier process of ours had started it.
    case container(name: String, isResumed: Bool)
    /// `CPU_COUNT`, before the container of a new build is started.
    case jobs(Int)
    case phase(String)
    case line(BuildLogLine)
}
