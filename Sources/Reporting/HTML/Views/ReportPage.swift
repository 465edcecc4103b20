import Basics

/// What the template shows: the report's values as the words they are shown by.
///
/// The template finds a property by its name and renders nothing for a name that is not there; inside of a section it writes `.name`, so that a
/// missing value is not looked for further out. `ReportPageTests` holds the names together.
struct ReportPage {
    let title: String
    let subtitle: String
    let style: String
    let verdictWord: String
    let verdictSign: String
    let verdictStyle: String
    let verdictSummary: Prose
    let marks: [MarkView]
    let contents: [ContentsView]
    let hasArtifacts: Bool
    let artifacts: [ArtifactView]
    let hasMatrix: Bool
    let matrixSummary: String
    let matrixColumns: [String]
    let matrixRows: [RowView]
    let hasSteps: Bool
    let steps: [StepView]
    let facts: [FactView]
    let oddities: [Prose]
    let hasBuilds: Bool
    let builds: [BuildView]
    let hasTimeline: Bool
    let days: [DayView]
    let checklists: [ChecklistView]
    let hasEnvelopes: Bool
    let logSummary: String?
    let envelopes: [EnvelopeView]
    let hasCommands: Bool
    let commands: [CommandView]
    let hasRecipe: Bool
    let recipe: [FileView]
    let hasFiles: Bool
    let files: [FileView]
    let madeBy: String
    let madeAt: String
    let madeAtText: String

    init(_ report: BuildReport, style: String) {
        title = report.title
        subtitle = Self.subtitle(report)
        self.style = style
        let look = report.verdict.outcome.look
        (verdictWord, verdictSign, verdictStyle) = (look.word, look.sign, look.style)
        verdictSummary = Prose(report.verdict.summary)
        marks = MarkView.all(of: report)
        artifacts = report.artifacts.map(ArtifactView.init)
        hasArtifacts = !artifacts.isEmpty
        matrixColumns = report.matrix?.artifacts ?? []
        matrixRows = report.matrix.map { matrix in matrix.rows.map { RowView($0, artifacts: matrix.artifacts) } } ?? []
        hasMatrix = !matrixRows.isEmpty
        matrixSummary = report.matrix.map(Self.summary) ?? ""
        steps = report.verdict.steps.map(StepView.init)
        hasSteps = !steps.isEmpty
        facts = FactView.all(of: report.origin)
        oddities = report.origin.oddities.map(Prose.init)
        builds = report.builds.map(BuildView.init)
        hasBuilds = !builds.isEmpty
        days = DayView.all(of: report.timeline)
        hasTimeline = !days.isEmpty
        checklists = report.checklists.enumerated().map { ChecklistView($1, id: "checklist-\($0 + 1)") }
        envelopes = report.envelopes.map(EnvelopeView.init)
        hasEnvelopes = !envelopes.isEmpty
        logSummary = report.log.map(Self.summary)
        commands = report.commands.map { CommandView(purpose: Prose($0.purpose), command: $0.command) }
        hasCommands = !commands.isEmpty
        recipe = report.recipe.map { FileView($0, isLinked: false) }
        hasRecipe = !recipe.isEmpty
        files = report.files.map { FileView($0, isLinked: true) }
        hasFiles = !files.isEmpty
        madeBy = report.madeBy
        madeAt = report.madeAt.description
        madeAtText = Clock.full(report.madeAt)
        contents = ContentsView.all(of: report)
    }

    private static func subtitle(_ report: BuildReport) -> String {
        var subdirs: [String] = []
        for artifact in report.artifacts where !subdirs.contains(artifact.subdir) { subdirs.append(artifact.subdir) }
        let count = report.artifacts.count
        let packages = count == 0 ? "no package yet" : count == 1 ? "one package" : "\(count) packages"
        return ([packages] + subdirs + [report.origin.channel].compactMap { $0 }).joined(separator: " · ")
    }

    private static func summary(_ matrix: BuildReport.Matrix) -> String {
        let cells = matrix.rows.flatMap(\.cells).compactMap { $0 }
        let green = cells.count(where: \.isGreen)
        let unavailable = cells.count { $0.outcome == .unavailable }
        let ran = cells.count - unavailable
        return "\(green) of the \(ran) cells that ran ended as they must"
            + (unavailable == 0 ? "." : "; \(unavailable) could not run here, which proves nothing.")
    }

    private static func summary(_ log: BuildReport.LogProof) -> String {
        let witnesses = log.witnesses == 0 ? "" : log.witnesses == 1 ? ", seen by one witness" : ", seen by \(log.witnesses) witnesses"
        return "Logged in \(log.origin), a tree of \(log.treeSize) statements\(witnesses)."
    }
}
