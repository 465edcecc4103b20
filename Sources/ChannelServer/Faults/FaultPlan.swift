import Synchronization

/// The faults that are still to be played, a queue for each step.
///
/// A test keeps the plan and adds to it while the server runs.
public final class FaultPlan: Sendable {
    /// The calls that a fault can be tied to.
    public enum Step: String, CaseIterable, Sendable {
        case root, user, package, release, dist, stage, object, commit, channels, copy, download, feedstockCopy, evidence, repodata, file
    }

    private let queues = Mutex<[Step: [Fault]]>([:])
    private let seen = Mutex<[Step: Int]>([:])

    public init() {}

    /// Plays `fault` on the next `times` calls of `step`, after those that are queued already.
    public func add(_ fault: Fault, at step: Step, times: Int = 1) {
        queues.withLock { $0[step, default: []] += Array(repeating: fault, count: times) }
    }

    /// How many calls of `step` have come in, faulty or not.
    public func calls(of step: Step) -> Int { seen.withLock { $0[step] ?? 0 } }

    func next(at step: Step) -> Fault? {
        seen.withLock { $0[step, default: 0] += 1 }
        return queues.withLock { queues in
            guard let fault = queues[step]?.first else { return nil }
            queues[step]?.removeFirst()
            return fault
        }
    }
}
