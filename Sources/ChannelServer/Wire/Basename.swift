import Conda
import HTTPTypes

/// What anaconda.org calls a basename: `subdir/name-version-build.extension`.
struct Basename: Hashable, Sendable, CustomStringConvertible {
    let subdir: Subdir
    let artifact: ArtifactName

    init(subdir: Subdir, artifact: ArtifactName) {
        self.subdir = subdir
        self.artifact = artifact
    }

    /// Reads the parts of a path; a quoted slash has become one of the parts' own, so the parts are joined first.
    init(parsing text: String) throws {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw APIFailure(.badRequest, "`\(text)` is not `subdir/file`") }
        do {
            subdir = try Subdir(parsing: parts[0])
            artifact = try ArtifactName(parsing: parts[1])
        } catch let error as SubdirError { throw APIFailure(.badRequest, error.message) } catch let error as ArtifactNameError {
            throw APIFailure(.badRequest, error.message)
        }
    }

    var description: String { "\(subdir)/\(artifact)" }
}
