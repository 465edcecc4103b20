import Basics
import Cryptography
import Files
import Packaging
import Reporting
import SystemPackage

/// The recipe that an artifact carries, as files with digests.
enum RecipeListing {
    static func files(in artifact: FilePath) throws -> [BuildReport.File] {
        guard artifact.isRegularFile else { return [] }
        return try Artifact.open(artifact).info().recipe()?.files.map { .init($0.path, sha256: $0.sha256, byteCount: Int64($0.contents.count)) } ?? []
    }
}
