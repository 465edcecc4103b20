/// A sentence in which names stand between backticks, as our messages write them, cut into pieces so that a report can set the names as code.
struct Prose {
    struct Piece {
        let plain: String
        let code: String?
    }

    let pieces: [Piece]

    init(_ text: String) {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
        // With an odd number of backticks nobody can say what is a name: the text stays as it is.
        guard parts.count > 1, !parts.count.isMultiple(of: 2) else {
            pieces = [Piece(plain: text, code: nil)]
            return
        }
        pieces = stride(from: 0, to: parts.count, by: 2).map { index in
            Piece(plain: parts[index], code: index + 1 < parts.count ? parts[index + 1] : nil)
        }
    }
}
