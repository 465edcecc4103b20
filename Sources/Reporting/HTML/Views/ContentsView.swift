/// One entry of the contents.
struct ContentsView {
    let id: String
    let name: String
    let count: String?

    /// The sections that the page has, in its order.
    static func all(of report: BuildReport) -> [ContentsView] {
        func part(_ id: String, _ name: String, _ count: Int) -> ContentsView? {
            count == 0 ? nil : ContentsView(id: id, name: name, count: count == 1 ? nil : String(count))
        }
        let checklists = report.checklists.enumerated().map { ContentsView(id: "checklist-\($0 + 1)", name: $1.title, count: nil) }
        let first = [
            part("artifacts", "Artifacts", report.artifacts.count), part("matrix", "Matrix", report.matrix?.rows.count ?? 0),
            part("verification", "Verification", report.verdict.steps.count), ContentsView(id: "origin", name: "Request and source", count: nil),
            part("builds", "Builds", report.builds.count), part("timeline", "Timeline", report.timeline.isEmpty ? 0 : 1),
        ]
        let last = [
            part("statements", "Signed statements", report.envelopes.count), part("commands", "Check it yourself", report.commands.isEmpty ? 0 : 1),
            part("recipe", "Recipe", report.recipe.isEmpty ? 0 : 1), part("files", "Files", report.files.count),
        ]
        return first.compactMap { $0 } + checklists + last.compactMap { $0 }
    }
}
