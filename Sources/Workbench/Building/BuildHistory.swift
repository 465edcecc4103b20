import Files
import Foundation
import JSONReading
public import SystemPackage

/// What builds took, by package, kept beside all workspaces; a line a build, so that a person can read it and take lines out.
///
/// Only estimates come from it: nothing in it is part of a record, and a line that cannot be read is none.
public struct BuildHistory: Sendable {
    public let folder: FilePath
    private static let kept = 64

    public init(folder: FilePath) { self.folder = folder.absolute }

    private func file(of package: String) -> FilePath { folder.appending(FeedstockBuild.shortName(of: package) + ".jsonl") }

    /// Oldest first.
    public func builds(of package: String) -> [BuildNeeds] {
        guard let text = try? file(of: package).text(limit: 16 << 20) else { return [] }
        return text.split(separator: "\n").suffix(Self.kept).compactMap { try? StrictJSON.decode(BuildNeeds.self, from: Data($0.utf8)) }
    }

    /// The last good build of the variant, or of another variant of the package where this one has none.
    public func last(of package: String, variant: String) -> BuildNeeds? {
        let good = builds(of: package).filter(\.isSuccess)
        return good.last { $0.variant == variant } ?? good.last
    }

    /// Adds a build. A disk that is full loses an estimate and nothing else.
    func append(_ needs: BuildNeeds, of package: String) {
        let lines = (builds(of: package).suffix(Self.kept - 1) + [needs]).compactMap { try? StrictJSON.encode($0) }
        let content = lines.reduce(into: Data()) { $0 += $1 + Data("\n".utf8) }
        try? folder.createDirectory()
        try? file(of: package).replaceContents(with: content)
    }
}
