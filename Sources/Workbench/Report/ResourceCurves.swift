import Basics
import Cryptography
import Files
import Foundation
import JSONReading
import Reporting

/// What a build used, as curves of a few hundred points: a build of ten hours has some 3,700 samples.
enum ResourceCurves {
    private static let points = 240

    /// Empty where there is no file of samples, or another one than the journal names: a report shows nothing that it cannot vouch for.
    static func samples(in workspace: Workspace, _ file: JournalEvent.FileReference?) -> [BuildReport.Build.Sample] {
        guard let file, let content = try? workspace.absolute(file.path).contents(limit: 64 << 20), SHA256Digest(of: content) == file.sha256 else {
            return []
        }
        let samples = content.split(separator: UInt8(ascii: "\n")).compactMap { try? StrictJSON.decode(ResourceSample.self, from: Data($0)) }
        guard let first = samples.first else { return [] }
        let width = max(1, (samples.count + points - 1) / points)
        var before = first
        return stride(from: 0, to: samples.count, by: width).compactMap { begin in
            let bucket = samples[begin..<min(begin + width, samples.count)]
            guard let last = bucket.last else { return nil }
            // The highest of each stretch, so that no peak is lost.
            let memory = bucket.compactMap(\.memory).max() ?? 0
            let disk = bucket.map { max(0, first.diskFree - $0.diskFree) }.max() ?? 0
            let sample = BuildReport.Build.Sample(
                seconds: Double(last.time.seconds - first.time.seconds), memoryBytes: memory, diskBytes: disk, cores: cores(before, last),
                load: bucket.compactMap(\.load).max())
            before = last
            return sample
        }
    }

    /// Times are whole seconds, so two samples of one second say nothing.
    private static func cores(_ before: ResourceSample, _ now: ResourceSample) -> Double? {
        let seconds = Double(now.time.seconds - before.time.seconds)
        guard let from = before.cpuSeconds, let to = now.cpuSeconds, seconds > 0 else { return nil }
        return max(0, to - from) / seconds
    }

    static func use(_ resources: ResourceSummary?, _ cache: CompilerCacheUse?, _ sccache: SccacheUse?) -> BuildReport.Build.Use? {
        guard resources != nil || cache?.hitRate != nil || sccache != nil else { return nil }
        return .init(
            cpuSeconds: resources?.cpuSeconds, memoryPeakBytes: resources?.memoryPeak, diskBytes: resources?.diskUsed, loadPeak: resources?.loadPeak,
            cacheHitRate: cache?.hitRate, sccache: sccache?.words, pausedSeconds: resources?.pausedSeconds)
    }
}
