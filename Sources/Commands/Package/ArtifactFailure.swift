import Basics
import Packaging
import TerminalUI

/// What kept us from reading one artifact of those that were named.
struct ArtifactFailure: Explained {
    let file: String
    let error: PackagingError
    var message: String { "\(file.printable): \(error.message)" }
    var hint: String? { error.hint }
}
