import Files
import Foundation
import SystemPackage

/// Files as a fresh checkout of one commit holds them, whatever the working tree holds.
struct CommittedFiles: Sendable {
    struct File: Sendable {
        let entry: GitTreeEntry
        let content: Data
    }

    /// By path.
    let files: [String: File]
    /// Every path of the commit, these and others.
    let paths: Set<String>

    /// Reads the files of `commit` that `isWanted`.
    static func read(_ repository: GitRepository, commit: String, _ isWanted: (String) -> Bool) async throws(FeedstockError) -> CommittedFiles {
        let tree = try await repository.tree(of: commit)
        let entries = tree.filter { isWanted($0.path) }
        for entry in entries {
            try entry.checkPath()
            if entry.isSubmodule { throw .submodule(entry.path) }
        }
        let contents = try await repository.blobs(entries.map(\.object))
        let changing = try await repository.pathsWithAttributes(entries.filter { !$0.isLink }.map(\.path))
        var files: [String: File] = [:]
        for (entry, content) in zip(entries, contents) {
            let isChanged = changing.contains(entry.path)
            files[entry.path] = File(entry: entry, content: isChanged ? try await repository.checkedOut(entry.object, at: entry.path) : content)
        }
        return CommittedFiles(files: files, paths: Set(tree.map(\.path)))
    }

    func content(_ path: String) -> Data? { files[path]?.content }

    /// The paths directly or deeper in `folder`, sorted by their bytes.
    func paths(in folder: String) -> [String] {
        files.keys.filter { $0.hasPrefix(folder + "/") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Compares with the working tree: git's status can be told to look away (`assume-unchanged`, ignored files), bytes cannot.
    ///
    /// In `closedFolders` a file that the commit does not hold counts as well, because a build reads whatever lies there.
    func differences(from root: FilePath, closedFolders: [String]) throws(FileError) -> [String] {
        var differing: Set<String> = []
        for (path, file) in files {
            let place = root.pushing(FilePath(path))
            if file.entry.isLink {
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: place.string)
                if target != String(decoding: file.content, as: UTF8.self) { differing.insert(path) }
            } else if place.isSymbolicLink || !place.isRegularFile {
                differing.insert(path)
            } else if try place.contents() != file.content {
                differing.insert(path)
            }
        }
        for folder in closedFolders {
            for path in try Self.walk(root.appending(folder), named: folder) where files[path] == nil { differing.insert(path) }
        }
        return differing.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func walk(_ folder: FilePath, named name: String) throws(FileError) -> [String] {
        guard folder.isDirectory, !folder.isSymbolicLink else { return [] }
        var paths: [String] = []
        for child in try folder.children() {
            let path = name + "/" + (child.lastComponent?.string ?? "")
            if child.isDirectory, !child.isSymbolicLink { paths += try walk(child, named: path) } else { paths.append(path) }
        }
        return paths
    }
}
