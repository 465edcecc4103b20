public import Basics

/// Everything that a report says, as values: one model for HTML, Markdown, JUnit and JSON.
///
/// Whoever makes one fills it from the journal and the evidence; nothing here is looked up or computed but words and sizes.
/// Paths are relative to the folder that the report is written to.
public struct BuildReport: Hashable, Sendable, Codable {
    /// Usually the feedstock's name and version.
    public var title: String
    public var madeAt: Timestamp
    /// The program that made the report, with its version.
    public var madeBy: String
    public var verdict: Verdict
    public var origin: Origin
    public var artifacts: [Artifact]
    public var builds: [Build]
    /// Nil while no cell has run.
    public var matrix: Matrix?
    /// From the journal, oldest first.
    public var timeline: [Event]
    /// The recipe folder of the commit; paths are relative to it and lead nowhere.
    public var recipe: [File]
    public var checklists: [Checklist]
    public var envelopes: [Envelope]
    public var log: LogProof?
    public var reviews: [Review]
    /// What anybody can type to check the same without hallmark.
    public var commands: [StockCommand]
    /// The files that belong to the report.
    public var files: [File]

    /// The parts that a build has from its first minute; the others are filled in as it goes on.
    public init(
        title: String, madeAt: Timestamp, madeBy: String, verdict: Verdict, origin: Origin, artifacts: [Artifact] = [], builds: [Build] = [],
        matrix: Matrix? = nil, timeline: [Event] = [], recipe: [File] = [], checklists: [Checklist] = [], envelopes: [Envelope] = [],
        log: LogProof? = nil, reviews: [Review] = [], commands: [StockCommand] = [], files: [File] = []
    ) {
        self.title = title
        self.madeAt = madeAt
        self.madeBy = madeBy
        self.verdict = verdict
        self.origin = origin
        self.artifacts = artifacts
        self.builds = builds
        self.matrix = matrix
        self.timeline = timeline
        self.recipe = recipe
        self.checklists = checklists
        self.envelopes = envelopes
        self.log = log
        self.reviews = reviews
        self.commands = commands
        self.files = files
    }
}
