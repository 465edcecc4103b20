import Basics

/// One build, with its phases as a bar and its samples as curves.
struct BuildView {
    struct PhaseView {
        let name: String
        let duration: String
        let share: String
        let shade: String
    }

    struct Chart {
        let name: String
        let most: String
        /// Path data for a view box of 600 by 60.
        let line: String
        let area: String
    }

    let variant: String
    let result: String
    let sign: String
    let style: String
    let reason: Prose?
    let attempt: Int
    let duration: String
    let started: String
    let hasPhases: Bool
    let phases: [PhaseView]
    let charts: [Chart]
    let image: String
    let imageDigest: String?
    let engine: String
    let logPath: FileView?
    /// What it used in all, in one line.
    let used: String?

    init(_ build: BuildReport.Build) {
        variant = build.variant
        result = build.succeeded ? "built" : "failed"
        sign = build.succeeded ? "✓" : "✕"
        style = build.succeeded ? "good" : "bad"
        reason = build.reason.map(Prose.init)
        attempt = build.attempt
        duration = Amounts.duration(Double(build.finished.seconds - build.started.seconds))
        started = "from \(Clock.full(build.started))"
        phases = build.phases.enumerated().map { index, phase in
            PhaseView(name: phase.name, duration: Amounts.duration(phase.seconds), share: Self.number(max(0, phase.seconds)), shade: "s\(index % 6)")
        }
        hasPhases = !phases.isEmpty
        charts = Self.charts(build.samples)
        image = build.image
        imageDigest = build.imageDigest
        engine = build.engine
        logPath = build.log.map { FileView($0, isLinked: true) }
        used = build.use.map(Self.text).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func text(_ use: BuildReport.Build.Use) -> String {
        var parts: [String] = []
        if let seconds = use.cpuSeconds { parts.append("\(Amounts.duration(seconds)) of processor time") }
        if let bytes = use.memoryPeakBytes { parts.append("\(Amounts.bytes(bytes)) of memory at most") }
        if let bytes = use.diskBytes { parts.append("\(Amounts.bytes(bytes)) of disk at most") }
        if let rate = use.cacheHitRate { parts.append("ccache had \(Int((rate * 100).rounded(.down))) %") }
        if let words = use.sccache { parts.append("sccache: \(words)") }
        if let seconds = use.pausedSeconds, seconds > 0 { parts.append("paused for \(Amounts.duration(seconds)) for want of disk") }
        return parts.joined(separator: ", ")
    }

    /// All over the same time, so that what stands above each other happened together.
    private static func charts(_ samples: [BuildReport.Build.Sample]) -> [Chart] {
        let length = max(samples.last?.seconds ?? 0, 1)
        func points(_ value: (BuildReport.Build.Sample) -> Double?) -> [Point] {
            samples.compactMap { sample in value(sample).map { Point(seconds: sample.seconds, value: $0) } }
        }
        // Processors are a mean since the sample before, so each is as long as that: a slope between two would show what nobody has seen.
        let processors = zip(samples, samples.dropFirst()).flatMap { before, sample in
            sample.cores.map { [Point(seconds: before.seconds, value: $0), Point(seconds: sample.seconds, value: $0)] } ?? []
        }
        return [
            chart("Processors", processors, over: length, number), chart("Memory", points { Double($0.memoryBytes) }, over: length, bytes),
            chart("Disk", points { Double($0.diskBytes) }, over: length, bytes), chart("Load of the machine", points(\.load), over: length, number),
        ].compactMap(\.self)
    }

    private struct Point {
        let seconds: Double
        let value: Double
    }

    private static func bytes(_ value: Double) -> String { Amounts.bytes(Int64(value)) }

    /// Nil for fewer than two points, which are no curve. The area stands on the line's own ends, which need not be the chart's.
    private static func chart(_ name: String, _ points: [Point], over length: Double, _ show: (Double) -> String) -> Chart? {
        guard points.count >= 2, let first = points.first, let last = points.last else { return nil }
        let most = points.map(\.value).max() ?? 0
        let scale = most > 0 ? most : 1
        func x(_ point: Point) -> String { number(point.seconds / length * 600) }
        let line = points.map { x($0) + " " + number(58 - $0.value / scale * 54) }.joined(separator: " L")
        return Chart(name: name, most: show(most), line: "M" + line, area: "M\(x(first)) 60 L\(line) L\(x(last)) 60 Z")
    }

    /// Tenths with a point, whatever the locale; nothing that CSS or SVG could read otherwise.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        return "\(sign)\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
