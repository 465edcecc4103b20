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
                Self.chart("Memory", build.samples.map { ($0.seconds, $0.memoryBytes) }),
                Self.chart("Disk", build.samples.map { ($0.seconds, $0.diskBytes) }),
            ]
        image = build.image
        imageDigest = build.imageDigest
        engine = build.engine
        logPath = build.log.map { FileView($0, isLinked: true) }
    }

    private static func chart(_ name: String, _ samples: [(seconds: Double, bytes: Int64)]) -> Chart {
        let length = max(samples.last?.seconds ?? 1, 1)
        let most = samples.map(\.bytes).max() ?? 0
        let points = samples.map { sample in
            number(sample.seconds / length * 600) + " " + number(58 - Double(sample.bytes) / Double(max(most, 1)) * 54)
        }
        let line = "M" + points.joined(separator: " L")
        return Chart(name: name, most: Amounts.bytes(most), line: line, area: line + " L600 60 L0 60 Z")
    }

    /// Tenths with a point, whatever the locale; nothing that CSS or SVG could read otherwise.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        return "\(sign)\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
