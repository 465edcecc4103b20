public import Basics
import Cryptography
public import Foundation

/// The recipe folder as the commit holds it: what a reviewer reads, what is embedded, what was built.
public struct RecipeFolder: Hashable, Sendable {
    public struct File: Hashable, Sendable {
        /// Relative to the recipe folder, with `/`.
        public let path: String
        public let content: Data
        public let isExecutable: Bool
        public var sha256: SHA256Digest { SHA256Digest(of: content) }

        public init(path: String, content: Data, isExecutable: Bool = false) {
            self.path = path
            self.content = content
            self.isExecutable = isExecutable
        }
    }

    /// Sorted by the bytes of their paths.
    public let files: [File]

    public init(files: [File]) { self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) } }

    /// The folder's digest, `SHA256Digest.init(ofFolder:)`; an artifact that carries the same files has the same (`RecipeTree.digest`).
    public var digest: SHA256Digest { SHA256Digest(ofFolder: files.lazy.map { ($0.path, $0.sha256) }) }

    public subscript(path: String) -> File? { files.first { $0.path == path } }

    /// Takes the folder out of a commit. A link becomes what it leads to, which must be a file of the same folder: `info/recipe` must not hold links.
    static func read(_ name: String, in committed: CommittedFiles) throws(FeedstockError) -> RecipeFolder {
        var files: [File] = []
        for path in committed.paths(in: name) {
            var target = path
            var steps = 0
            while let file = committed.files[target], file.entry.isLink {
                steps += 1
                guard steps <= 8, let next = resolve(String(decoding: file.content, as: UTF8.self), from: target, inside: name) else {
                    throw .linkLeavesRecipe(path)
                }
                target = next
            }
            guard let file = committed.files[target] else { throw .linkLeavesRecipe(path) }
            files.append(File(path: String(path.dropFirst(name.count + 1)), content: file.content, isExecutable: file.entry.isExecutable))
        }
        return RecipeFolder(files: files)
    }

    private static func resolve(_ link: String, from path: String, inside folder: String) -> String? {
        guard !link.hasPrefix("/") else { return nil }
        var components = path.split(separator: "/").dropLast().map(String.init)
        for component in link.split(separator: "/") {
            switch component {
            case ".": continue
            case "..": if components.popLast() == nil { return nil }
            default: components.append(String(component))
            }
        }
        let resolved = components.joined(separator: "/")
        return resolved.hasPrefix(folder + "/") ? resolved : nil
    }
}
