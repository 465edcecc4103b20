/// Rows under headings, aligned by columns of the terminal.
public struct Table: Sendable {
    public var headings: [String]
    public var rows: [[String]]

    public init(_ headings: [String], rows: [[String]] = []) {
        self.headings = headings
        self.rows = rows
    }

    /// The table's lines without trailing spaces; the heading is in capitals, so that it needs no colour.
    public var lines: [String] {
        let all = [headings.map { $0.uppercased() }] + rows
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
