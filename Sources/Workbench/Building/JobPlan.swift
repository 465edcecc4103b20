import Files
import Foundation
import SystemPackage

/// How many compiler jobs this machine takes at once, `CPU_COUNT`: its cores, or fewer where the memory does not suffice for as many.
public struct JobPlan: Hashable, Sendable {
    public let jobs: Int
    public let cores: Int
    /// Bytes.
    public let availableMemory: Int64
    public let totalMemory: Int64
    /// Bytes that one job wants.
    public let memoryPerJob: Int64
    /// True where earlier builds of the package say what a job wants.
    public let isLearned: Bool

    static let usualMemory: Int64 = 2 << 30

    /// `memoryPerJob` is what somebody said; `limit` is the container's, where it has one.
    public init(earlier: [BuildNeeds], memoryPerJob: Int64? = nil, limit: Int64? = nil) {
        let total = Int64(ProcessInfo.processInfo.physicalMemory)
        self.init(
            earlier: earlier, memoryPerJob: memoryPerJob, total: total, available: min(total, Self.available ?? total, limit ?? .max),
            cores: ProcessInfo.processInfo.activeProcessorCount)
    }

    init(earlier: [BuildNeeds], memoryPerJob: Int64?, total: Int64, available: Int64, cores: Int) {
        // A peak holds the page cache too, so it says at most what a job needs: of several good builds the least says it best. The greatest would make
        // each build's jobs fewer than the last one's, whose peak they are measured by.
        let learned = earlier.compactMap { needs -> Int64? in
            guard needs.isSuccess, let peak = needs.resources?.memoryPeak, let jobs = needs.jobs, jobs > 0 else { return nil }
            return max(256 << 20, peak / Int64(jobs))
        }.min()
        let wanted = max(1, memoryPerJob ?? learned ?? Self.usualMemory)
        self.cores = cores
        self.memoryPerJob = wanted
        availableMemory = available
        totalMemory = total
        isLearned = memoryPerJob == nil && learned != nil
        jobs = Int(max(1, min(Int64(cores), available / wanted)))
    }

    private static var available: Int64? {
        guard let text = try? FilePath("/proc/meminfo").text(limit: 1 << 16),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") })
        else { return nil }
        return line.split(separator: " ").dropFirst().first.flatMap { Int64($0) }.map { $0 << 10 }
    }
}
