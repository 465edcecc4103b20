/// One system of the matrix.
struct RowView {
    struct CellView {
        let artifact: String
        let style: String
        let sign: String
        let word: String
        let reason: Prose?
        let prediction: Prose?
        let log: String?
        let duration: String?
    }

    let system: String
    let detail: String?
    let cells: [CellView]

    init(_ row: BuildReport.Row, artifacts: [String]) {
        system = row.system
        detail = row.detail
        cells = artifacts.enumerated().map { index, artifact in
            guard row.cells.indices.contains(index), let cell = row.cells[index] else {
                return CellView(
                    artifact: artifact, style: "none", sign: "", word: "not planned", reason: nil, prediction: nil, log: nil, duration: nil)
            }
            let look = cell.look
            return CellView(
                artifact: artifact, style: look.style, sign: look.sign, word: look.word, reason: cell.reason.map(Prose.init),
                prediction: cell.prediction.map(Prose.init),
                log: RelativeLink.encoded(cell.log),
                duration: cell.seconds.map(Amounts.duration))
        }
    }
}
