import Basics

/// One file with its digest.
struct FileView {
    let path: String
    let link: String?
    let size: String
    let sha256: String

    init(_ file: BuildReport.File, isLinked: Bool) {
        path = file.path
        link = isLinked ? RelativeLink.encoded(file.path) : nil
        size = Amounts.bytes(file.byteCount)
        sha256 = file.sha256.hexadecimal
    }
}
