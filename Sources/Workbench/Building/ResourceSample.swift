public import Basics

/// What a build used at one moment.
public struct ResourceSample: Hashable, Sendable, Codable {
    public var time: Timestamp
    /// Seconds of all processors, since the container's start; nil where the control group cannot be read.
    public var cpuSeconds: Double?
    /// Bytes in use by the container, its page cache included.
    public var memory: Int64?
    /// The highest that the kernel has seen.
    public var memoryPeak: Int64?
    /// Bytes free where `build_artifacts` lies.
    public var diskFree: Int64
    /// The machine's load over one minute.
    public var load: Double?
    /// True while the build waits for room on the disk.
    public var isPaused: Bool
    /// What sccache's server answered, in a sample that was taken for it.
    public var sccache: SccacheCount?
}

/// What a build needed, for planning the next one of the same package.
public struct ResourceSummary: Hashable, Sendable, Codable {
    public var cpuSeconds: Double?
    public var memoryPeak: Int64?
    /// By how much the free space went down at most.
    public var diskUsed: Int64
    public var loadPeak: Double?
    /// Seconds that the build was paused because the disk was nearly full.
    public var pausedSeconds: Double
    public var sampleCount: Int
}
