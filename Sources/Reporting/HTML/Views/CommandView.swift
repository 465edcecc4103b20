/// One command of a stock tool.
struct CommandView {
    let purpose: Prose
    let command: String
}
