import Hummingbird

/// A request's path and its token, which comes in a header or, as conda clients have it, as `/t/TOKEN/` in front of the path.
struct RequestTarget {
    let path: String
    /// The path as a log may show it: no query, no token.
    let shownPath: String
    let token: String?

    init(_ request: Request) {
        var path = request.uri.path
        var token: String?
        var prefix = ""
        if path.hasPrefix("/t/") {
            let rest = path.dropFirst(3)
            let end = rest.firstIndex(of: "/") ?? rest.endIndex
            token = String(rest[..<end])
            path = String(rest[end...])
            prefix = "/t/***"
        }
        if let header = request.headers[.authorization] {
            let words = header.split(separator: " ", maxSplits: 1)
            if words.count == 2, ["token", "bearer"].contains(words[0].lowercased()) { token = String(words[1]) } else { token = header }
        }
        self.path = path
        shownPath = prefix + path
        self.token = token
    }
}
