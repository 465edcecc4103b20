import Packaging

/// What the programs and libraries in an artifact ask of the system's C library, by their own dynamic sections.
public struct BinaryNeeds: Hashable, Sendable {
    struct File: Hashable, Sendable {
        var path: String
        /// The highest version of `GLIBC` that it needs; nil where it needs none by version.
        var glibc: String?
        /// Linked against glibc's own `libc.so.6`.
        var isForGlibc: Bool
        var needed: [String]
        var soname: String?
    }

    var files: [File]

    init(files: [File]) { self.files = files }

    init(_ inspection: Inspection) {
        files = inspection.elfFiles.map { file in
            File(
                path: file.path, glibc: file.facts.symbolVersions["GLIBC"], isForGlibc: file.facts.needed.contains("libc.so.6"),
                needed: file.facts.needed, soname: file.facts.soname)
        }
    }

    /// The highest version of `GLIBC` that any file needs, and the first file that needs it.
    var highest: (version: String, path: String)? {
        var result: (version: String, path: String)?
        for file in files {
            guard let version = file.glibc else { continue }
            if result.map({ GlibcBound.isOlder($0.version, than: version) }) ?? true { result = (version, file.path) }
        }
        return result
    }

    /// The bound that the artifact should declare and does not, such as `__glibc >=2.34`; nil where what it declares is enough.
    func missingBound(dependencies: [String]) -> String? {
        guard let highest else { return nil }
        // What every conda channel takes for granted needs no saying.
        guard GlibcBound.isOlder(Self.takenForGranted, than: highest.version) else { return nil }
        if let declared = GlibcBound(dependencies: dependencies)?.lowest, !GlibcBound.isOlder(declared, than: highest.version) { return nil }
        return "__glibc >=\(highest.version)"
    }

    /// The oldest glibc that conda-forge still builds for.
    private static let takenForGranted = "2.17"
}
