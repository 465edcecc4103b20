import Basics

/// One checklist with its answers.
struct ChecklistView {
    struct LineView {
        let text: Prose
        let answer: Prose?
        let sign: String
        let style: String
        let isAutomatic: Bool
    }

    let id: String
    let title: String
    let lines: [LineView]
    let signedOff: String?

    init(_ checklist: BuildReport.Checklist, id: String) {
        self.id = id
        title = checklist.title
        lines = checklist.lines.map { line in
            let look = line.state.look
            return LineView(
                text: Prose(line.text), answer: line.answer.map(Prose.init), sign: look.sign, style: look.style, isAutomatic: line.isAutomatic)
        }
        signedOff = checklist.signedOffBy.map { "Signed off by \($0)" + (checklist.signedOffAt.map { " on \(Clock.full($0))" } ?? "") + "." }
    }
}
