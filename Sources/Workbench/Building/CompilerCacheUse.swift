import Files
import Foundation
import SystemPackage

/// How often ccache found what was asked of it, from the counters that it keeps in files called `stats` in its folder.
///
/// The files hold one number a line, in an order that ccache only ever adds to (its `Statistic.hpp`).
public struct CompilerCacheUse: Hashable, Sendable, Codable {
    public var directHits: Int64
    public var preprocessedHits: Int64
    public var misses: Int64

    /// Nil where nothing was compiled through it.
    public var hitRate: Double? {
        let hits = directHits + preprocessedHits
        return hits + misses > 0 ? Double(hits) / Double(hits + misses) : nil
    }

    private static let (missLine, preprocessedHitLine, directHitLine) = (4, 8, 22)

    /// The sum over all files; zeros for a folder that is new or is none of ccache's.
    init(reading folder: FilePath) throws(FileError) {
        (directHits, preprocessedHits, misses) = (0, 0, 0)
        try add(folder, depth: 0)
    }

    private mutating func add(_ folder: FilePath, depth: Int) throws(FileError) {
        guard folder.isDirectory else { return }
        for child in try folder.children() {
            if child.lastComponent?.string == "stats" {
                let numbers = try child.text(limit: 1 << 20).split(separator: "\n").map { Int64($0) ?? 0 }
                func number(_ line: Int) -> Int64 { line < numbers.count ? numbers[line] : 0 }
                misses += number(Self.missLine)
                preprocessedHits += number(Self.preprocessedHitLine)
                directHits += number(Self.directHitLine)
            } else if depth < 2, let name = child.lastComponent?.string, name.count == 1, child.isDirectory {
                try add(child, depth: depth + 1)
            }
        }
    }

    private init(directHits: Int64, preprocessedHits: Int64, misses: Int64) {
        self.directHits = directHits
        self.preprocessedHits = preprocessedHits
        self.misses = misses
    }

    /// What happened since `before`.
    func since(_ before: CompilerCacheUse) -> CompilerCacheUse {
        CompilerCacheUse(
            directHits: directHits - before.directHits, preprocessedHits: preprocessedHits - before.preprocessedHits, misses: misses - before.misses)
    }
}

extension CompilerCacheUse {
    /// `96 % of 120`.
    public var words: String { hitRate.map { "\(Int($0 * 100)) % of \(directHits + preprocessedHits + misses)" } ?? "0 compilations" }
}

extension BuildOutcome {
    /// For the signed record: what lies in a cache was compiled before this build, and a container may write into the folder as it likes.
    var cacheWords: [String: String] {
        var words: [String: String] = [:]
        words["ccache"] = compilerCache?.words
        words["sccache"] = sccache?.words
        return words
    }
}
