import Conda
import Files
import Foundation
import SystemPackage

extension Cell {
    var isWindows: Bool { subdir.name.hasPrefix("win-") }
}

/// An environment on Windows: where it lies there, and what is in it, looked at in the one on this machine that it was packed from.
struct WindowsPlace: Sendable {
    /// All that is ours in the machine.
    static let work = "C:\\hallmark-work"
    /// Short, because paths there may have no more than 259 characters.
    static let environments = "C:\\hallmark-work\\env"

    /// On this machine.
    let prefix: FilePath

    /// In the Windows machine; `environment.py` writes the environment for it.
    var path: String { Self.environments + "\\" + (prefix.lastComponent?.string.prefix(12) ?? "") }
    var archive: FilePath { FilePath(prefix.string + ".zip") }

    /// The folders that conda's activation puts before PATH, in its order, relative to the environment.
    var folders: [String] {
        let variants = ["ucrt64", "clang64", "mingw64", "clangarm64"].filter { prefix.appending("Library").appending($0).isDirectory }
        return [""] + variants.map { "Library/\($0)/bin" } + ["Library/mingw-w64/bin", "Library/usr/bin", "Library/bin", "Scripts", "bin"]
    }

    /// The program that a name stands for after activation, relative to the environment; nil where it has none of that name.
    func program(_ name: String) -> String? {
        // The name is the artifact's own word, and goes into a script.
        guard !name.isEmpty,
            name.utf8.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) || (65...90).contains($0) || "._+-".utf8.contains($0) })
        else { return nil }
        for folder in folders {
            for ending in ["", ".exe", ".bat", ".cmd"] where !ending.isEmpty || name.contains(".") {
                if let found = file(name + ending, in: folder) { return found }
            }
        }
        return nil
    }

    /// A file whatever the case of its letters and of its folders', as Windows looks for it.
    func file(_ name: String, in folder: String) -> String? {
        var path = ""
        for part in folder.split(separator: "/").map(String.init) + [name] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: prefix.pushing(FilePath(path)).string)) ?? []
            guard let found = names.first(where: { $0 == part }) ?? names.first(where: { $0.lowercased() == part.lowercased() }) else { return nil }
            path += path.isEmpty ? found : "/" + found
        }
        return path
    }
}
