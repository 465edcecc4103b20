public import Basics
import Cryptography
import Files
public import Foundation
public import SystemPackage

/// The files of a recipe folder, sorted by path, with one digest for all of them.
public struct RecipeTree: Hashable, Sendable {
    public struct File: Hashable, Sendable {
        /// Relative to the recipe folder, with `/`.
        public let path: String
        public let contents: Data
        public let isExecutable: Bool
        public init(path: String, contents: Data, isExecutable: Bool = false) {
            self.path = path
            self.contents = contents
            self.isExecutable = isExecutable
        }
        public var sha256: SHA256Digest { SHA256Digest(of: contents) }
    }

    public let files: [File]

    public init(files: [File]) { self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) } }

    /// Reads a recipe folder with its hidden files; links are refused, because what they lead to may lie anywhere.
    public init(folder: FilePath, limit: Int = 64 << 20) throws(PackagingError) {
        var files: [File] = []
        var left = limit
        do throws(FileError) { try Self.collect(folder, prefix: "", &files, &left, root: folder) } catch {
            if case .system(let action, let path, _) = error, action == Self.linkMarker { throw .linkInRecipe(path) }
            throw .file(error)
        }
        self.init(files: files)
        guard self["recipe.yaml"] != nil || self["meta.yaml"] != nil else { throw .noRecipe(folder) }
    }

    public subscript(path: String) -> File? { files.first { $0.path == path } }

    /// The folder's digest, `SHA256Digest.init(ofFolder:)`.
    public var digest: SHA256Digest { SHA256Digest(ofFolder: files.lazy.map { ($0.path, $0.sha256) }) }

    /// Where this tree, which an artifact carries, is not the commit's, allowing for what build tools add and leave out.
    public func differences(fromCommit commit: RecipeTree) -> [RecipeDifference] {
        RecipeComparison(embedded: self, commit: commit).differences()
    }

    private static let linkMarker = "follow"

    private static func collect(
        _ folder: FilePath, prefix: String, _ files: inout [File], _ left: inout Int, root: FilePath
    ) throws(FileError) {
        for child in try folder.children() {
            let name = child.lastComponent?.string ?? ""
            if name == ".git" { continue }
            if child.isSymbolicLink { throw .system(action: linkMarker, path: child, errno: .tooManySymbolicLinkLevels) }
            if child.isDirectory {
                try collect(child, prefix: prefix + name + "/", &files, &left, root: root)
            } else {
                guard child.isRegularFile else { throw .system(action: linkMarker, path: child, errno: .invalidArgument) }
                let contents = try child.contents(limit: left)
                left -= contents.count
                files.append(File(path: prefix + name, contents: contents, isExecutable: access(child.string, X_OK) == 0))
            }
        }
    }
}
