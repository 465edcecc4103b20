/// Rows under headings, aligned by columns of the terminal.
public struct Table: Sendable {
    public var headings: [String]
    public var rows: [[String]]
    /// Capitals set words apart from rows without colour; names in a heading stay as they are.
    public var capitalises: Bool

    public init(_ headings: [String], rows: [[String]] = [], capitalises: Bool = true) {
        self.headings = headings
        self.rows = rows
        self.capitalises = capitalises
    }

    /// The table's lines without trailing spaces; nothing in it needs colour.
    public var lines: [String] {
        let all = [capitalises ? headings.map { $0.uppercased() } : headings] + rows
        let count = all.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in all.map { column < $0.count ? $0[column].columns : 0 }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += column == row.count - 1 ? cell : cell.padded(toColumns: widths[column]) + "  "
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
