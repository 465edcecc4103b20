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
        charts =
            build.samples.count < 2
            ? []
            : [
                Self.chart("Processors", build.samples.compactMap { sample in sample.cores.map { (sample.seconds, $0) } }, Self.number),
                Self.chart("Memory", build.samples.map { ($0.seconds, Double($0.memoryBytes)) }) { Amounts.bytes(Int64($0)) },
                Self.chart("Disk", build.samples.map { ($0.seconds, Double($0.diskBytes)) }) { Amounts.bytes(Int64($0)) },
                Self.chart("Load of the machine", build.samples.compactMap { sample in sample.load.map { (sample.seconds, $0) } }, Self.number),
            ].compactMap(\.self)
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
        if let rate = use.cacheHitRate { parts.append("the compiler cache had \(Int((rate * 100).rounded(.down))) %") }
        if let seconds = use.pausedSeconds, seconds > 0 { parts.append("paused for \(Amounts.duration(seconds)) for want of disk") }
        return parts.joined(separator: ", ")
    }

    /// Nil for fewer than two samples, which are no curve.
    private static func chart(_ name: String, _ samples: [(seconds: Double, value: Double)], _ show: (Double) -> String) -> Chart? {
        guard samples.count >= 2 else { return nil }
        let length = max(samples.last?.seconds ?? 1, 1)
        let most = samples.map(\.value).max() ?? 0
        let scale = most > 0 ? most : 1
        let points = samples.map { sample in number(sample.seconds / length * 600) + " " + number(58 - sample.value / scale * 54) }
        let line = "M" + points.joined(separator: " L")
        return Chart(name: name, most: show(most), line: line, area: line + " L600 60 L0 60 Z")
    }

    /// Tenths with a point, whatever the locale; nothing that CSS or SVG could read otherwise.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        return "\(sign)\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
