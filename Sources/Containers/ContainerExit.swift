public import Basics

/// How a container ended. A code other than zero is a result, not an error.
public struct ContainerExit: Sendable, Hashable, Codable {
    public enum OutOfMemory: String, Sendable, Hashable, Codable {
        case no
        /// Killed at a memory limit by someone whom the engine did not name.
        case probably
        case yes
    }

    /// The code of the container's first process; 128 and the signal's number where it was killed.
    public var code: Int32
    public var outOfMemory: OutOfMemory
    /// True when we stopped it because its time was over.
    public var isTimedOut: Bool
    public var started: Timestamp
    public var finished: Timestamp
    /// Seconds of wall time.
    public var duration: Double

    public init(code: Int32, outOfMemory: OutOfMemory = .no, isTimedOut: Bool = false, started: Timestamp, finished: Timestamp, duration: Double) {
        self.code = code
        self.outOfMemory = outOfMemory
        self.isTimedOut = isTimedOut
        self.started = started
        self.finished = finished
        self.duration = duration
    }

    public var isSuccess: Bool { code == 0 && !isTimedOut }
}
