import Conda
import Containers
public import SystemPackage

/// A plan with what can be said before it runs: what each cell should come out as, what it cost last time, and why it cannot run here.
public struct MatrixForecast: Sendable, Hashable, Codable {
    public struct Row: Sendable, Hashable, Codable {
        /// Nil where no artifact was named.
        public var artifact: String?
        public var cell: String
        public var system: String
        public var isAvailable: Bool
        /// The reference under which the engine holds the image, and its id.
        public var image: String?
        public var imageID: String?
        public var expected: Outcome.Kind?
        public var prediction: Prediction?
        /// Seconds that it took when the package was last tested there; nil where it never was.
        public var seconds: Double?
        public var reason: String?
        public var remedy: String?
    }

    public var rows: [Row]
    public var jobs: Int
    /// What the cells that were measured should take together with so many jobs; nil where none was.
    public var seconds: Double?
    /// Cells that can run and were never measured.
    public var unmeasured: Int

    /// Rows are in the plan's order; `results` is the folder that earlier runs left.
    public init(_ plan: MatrixPlan, subjects: [Subject], results: FilePath?, jobs: Int) {
        let durations = results.map { Durations(reading: $0.appending("durations.json")) }
        var rows: [Row] = []
        if subjects.isEmpty {
            rows = plan.entries.map { Self.row($0) }
        } else {
            for subject in subjects {
                for entry in plan.entries(for: subject.subdir) {
                    var row = Self.row(entry)
                    row.artifact = subject.name.fileName
                    row.expected = entry.expected(dependencies: subject.index.depends)
                    row.prediction = Prediction(of: subject, on: entry.system?.declaredLibC)
                    row.seconds = durations?[subject, entry.cell]
                    rows.append(row)
                }
            }
            // Those that concern none of the artifacts are in the plan all the same.
            rows += plan.entries.filter { entry in !subjects.contains { $0.subdir == .noarch || $0.subdir == entry.cell.subdir } }.map(Self.row)
        }
        self.rows = rows
        self.jobs = jobs
        let measured = rows.filter(\.isAvailable).compactMap(\.seconds)
        seconds = measured.isEmpty ? nil : Self.makespan(measured, jobs: jobs)
        unmeasured = rows.filter { $0.isAvailable && $0.seconds == nil && (subjects.isEmpty || $0.artifact != nil) }.count
    }

    private static func row(_ entry: MatrixPlan.Entry) -> Row {
        var row = Row(
            cell: entry.id, system: entry.system?.title ?? "a system that no catalogue names", isAvailable: entry.isAvailable)
        switch entry.presence {
        case .image(let reference, let facts): (row.image, row.imageID) = (reference, facts.id)
        case .box: break
        case .missing(let reason, let remedy): (row.reason, row.remedy) = (reason, remedy)
        }
        return row
    }

    /// Longest first onto whichever job is free first, which is how a run goes about it.
    static func makespan(_ seconds: [Double], jobs: Int) -> Double {
        var ends = Array(repeating: 0.0, count: max(1, jobs))
        for cost in seconds.sorted(by: >) {
            guard let place = ends.indices.min(by: { ends[$0] < ends[$1] }) else { break }
            ends[place] += cost
        }
        return ends.max() ?? 0
    }
}
