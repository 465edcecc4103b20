/// One step of the verification.
struct StepView {
    let title: String
    let word: String
    let sign: String
    let style: String
    let details: [Prose]

    init(_ step: BuildReport.Step) {
        let look = step.outcome.look
        (title, word, sign, style, details) = (step.title, look.word, look.sign, look.style, step.details.map(Prose.init))
    }
}
