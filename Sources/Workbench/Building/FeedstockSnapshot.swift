import Files
import Foundation
import SystemPackage

/// The folders of a feedstock that a build changes, as they were before it.
///
/// conda-smithy's build steps append to `.ci_support/VARIANT.yaml`, write `.ci_support/clobber_*` and copy a license into the recipe.
struct FeedstockSnapshot {
    let feedstock: FilePath
    /// Relative to the feedstock.
    let folders: [String]
    let store: FilePath

    /// Copies the folders; keeps a copy that is there, because it was taken before the build that goes on.
    func take() throws(FileError) {
        guard !store.appending("complete").exists else { return }
        try store.removeAll()
        try store.createDirectory()
        for (index, folder) in folders.enumerated() where feedstock.appending(folder).exists {
            try feedstock.appending(folder).copyTree(to: store.appending("\(index)"))
        }
        try store.appending("complete").replaceContents(with: "")
    }

    /// Puts every changed file back and takes new ones away; what was there instead is kept in `changed`. Returns the paths, relative to the feedstock.
    func restore(keeping changed: FilePath) throws(FileError) -> [String] {
        guard store.appending("complete").exists else { return [] }
        var restored: [String] = []
        for (index, folder) in folders.enumerated() {
            let saved = store.appending("\(index)")
            let live = feedstock.appending(folder)
            let (before, after) = (try Self.files(below: saved), try Self.files(below: live))
            for name in Set(before).union(after).sorted() {
                let (old, new) = (saved.appending(name), live.appending(name))
                let (was, isNow) = (before.contains(name), after.contains(name))
                if was, isNow, try Self.areEqual(old, new) { continue }
                if isNow {
                    let kept = changed.appending(folder).appending(name)
                    try kept.removingLastComponent().createDirectory()
                    try kept.removeAll()
                    try new.copyTree(to: kept)
                    try new.removeAll()
                }
                if was {
                    try new.removingLastComponent().createDirectory()
                    try old.copyTree(to: new)
                }
                restored.append("\(folder)/\(name)")
            }
        }
        return restored
    }

    private static func areEqual(_ left: FilePath, _ right: FilePath) throws(FileError) -> Bool {
        if left.isSymbolicLink || right.isSymbolicLink {
            return left.isSymbolicLink && right.isSymbolicLink
                && (try? FileManager.default.destinationOfSymbolicLink(atPath: left.string))
                    == (try? FileManager.default.destinationOfSymbolicLink(atPath: right.string))
        }
        guard try left.byteCount() == right.byteCount() else { return false }
        return try left.contents(limit: 1 << 30) == right.contents(limit: 1 << 30)
    }

    /// The files and links below `folder`, relative to it.
    private static func files(below folder: FilePath, prefix: String = "") throws(FileError) -> [String] {
        guard folder.exists else { return [] }
        var names: [String] = []
        for child in try folder.children() {
            let name = prefix + (child.lastComponent?.string ?? "")
            if child.isDirectory, !child.isSymbolicLink {
                names += try files(below: child, prefix: name + "/")
            } else {
                names.append(name)
            }
        }
        return names
    }
}
