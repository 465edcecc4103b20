/// One file of a commit.
struct GitTreeEntry: Hashable, Sendable {
    let path: String
    let mode: String
    let object: String

    var isLink: Bool { mode == "120000" }
    var isSubmodule: Bool { mode == "160000" }
    var isExecutable: Bool { mode == "100755" }

    /// Refuses names that could climb out of a folder or stand for two things.
    func checkPath() throws(FeedstockError) {
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = components.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
        guard isPlain, !path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || $0 == "\\" }) else { throw .unsafePath(path) }
    }
}
