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

    /// The folder's digest: in-toto's `dirHash` (directory Hash1 in hexadecimal).
    ///
    /// SHA-256 of the text that `sha256sum` prints for the folder's files in byte order, so stock tools give the same, in the folder:
    /// `find . -type f | cut -c3- | LC_ALL=C sort | xargs -r sha256sum | sha256sum`.
    /// It covers names and contents; executable bits are not part of it.
    public var digest: SHA256Digest {
        SHA256Digest(of: files.map { "\($0.sha256)  \($0.path)\n" }.joined())
    }

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
