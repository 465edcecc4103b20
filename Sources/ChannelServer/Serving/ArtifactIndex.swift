import Conda
import Files
import Foundation
import HTTPTypes
import JSONReading
import Packaging
import SystemPackage

/// What an uploaded artifact says of itself, read from its bytes.
enum ArtifactIndex {
    /// Reads `info/index.json` and holds it against the name that the bytes were uploaded under.
    ///
    /// Returns its text. Throws `APIFailure` for bytes that are no such artifact.
    static func read(_ path: FilePath, as basename: Basename) async throws -> String {
        try await TemporaryDirectory.with(in: path.removingLastComponent()) { (place: FilePath) throws -> String in
            // The format is told by the name, which an incoming file does not have yet.
            let named = place.appending(basename.artifact.fileName)
            try path.link(to: named)
            return try await Blocking.run { try read(named, basename) }
        }
    }

    private static func read(_ path: FilePath, _ basename: Basename) throws -> String {
        do {
            let info = try Artifact.open(path).info()
            guard let file = info["index.json"] else { throw APIFailure(.badRequest, "`\(basename)` has no `info/index.json`") }
            let index = try info.index()
            let artifact = basename.artifact
            guard index.name == artifact.package, index.version == artifact.version, index.build == artifact.build else {
                throw APIFailure(
                    .badRequest, "`\(basename)` says in `info/index.json` that it is `\(index.name)-\(index.version)-\(index.build)`")
            }
            guard index.subdir ?? basename.subdir.name == basename.subdir.name else {
                throw APIFailure(.badRequest, "`\(basename)` says in `info/index.json` that it is for `\(index.subdir ?? "")`")
            }
            return String(decoding: file.contents, as: UTF8.self)
        } catch let error as PackagingError {
            throw APIFailure(.badRequest, "`\(basename)` is not a conda artifact: \(error.message)")
        }
    }
}
