import Basics
import Cryptography
import Files
import Foundation
public import Packaging
import Provenance
import Recipes
import Roster
public import SystemPackage
import Verification

/// What a reviewer looks at before he signs: the tests, the recipe against its commit, the version before, the end of the build log.
public struct ReviewBrief: Sendable {
    public struct Cell: Sendable {
        public let name: String
        public let outcome: String
        public let expected: String
        public let reason: String?
        public let person: String
    }

    public enum Recipe: Sendable {
        /// Nobody has said where the feedstock lies; `commit` is the one that was signed.
        case notCompared(commit: String?)
        case same(commit: String)
        case differs(commit: String, [Change])
    }

    public struct Change: Sendable {
        public let difference: RecipeDifference
        /// The lines that are in one only, with `+` for the artifact's and `-` for the commit's; empty for what is not text.
        public let lines: [String]
    }

    public let cells: [Cell]
    public let recipe: Recipe
    /// Against the artifact before; nil when none was named.
    public let previous: PackageDiff?
    /// The last lines of `FILE.log`; nil where it does not lie beside the artifact.
    public let logEnd: [String]?

    /// The most lines that are shown of one file's changes.
    static let lineLimit = 60

    /// Reads what the draft's verdict has verified; `feedstock` is a checkout at the signed commit, `previous` an older artifact.
    public static func make(
        _ draft: ArtifactReview.Draft, trust: Trust, feedstock: FilePath?, previous: FilePath?, logLines: Int = 12
    ) async throws -> ReviewBrief {
        let chain = try trust.chain()
        let statements = EnvelopeFile(parsing: draft.evidence.envelopes ?? Data()).envelopes.compactMap { try? $0.verified(by: chain.everyKey) }
            .filter { draft.verdict.reviewable.contains($0.envelope) }
        var cells: [Cell] = []
        var commit: String?
        for verified in statements {
            switch verified.statement.predicate {
            case .test(let test):
                cells.append(
                    Cell(
                        name: test.cell, outcome: test.outcome, expected: test.expected, reason: test.reason,
                        person: chain.person(of: verified.signer) ?? "nobody"))
            case .build(let build): commit = commit ?? build.parameters.commit
            default: break
            }
        }
        let artifact = draft.evidence.artifact
        return ReviewBrief(
            cells: cells.sorted { $0.name < $1.name }, recipe: try await compare(artifact, with: feedstock, at: commit),
            previous: try previous.map { try PackageDiff.between(try Artifact.open($0), try Artifact.open(artifact)) },
            logEnd: try draft.evidence.buildLog.map { try end(of: $0, lines: logLines) })
    }

    private static func compare(_ artifact: FilePath, with path: FilePath?, at commit: String?) async throws -> Recipe {
        guard let path, let commit else { return .notCompared(commit: commit) }
        let feedstock = try await Feedstock.open(path, expecting: commit)
        let tree = RecipeTree(
            files: feedstock.recipeFolder.files.map { .init(path: $0.path, contents: $0.content, isExecutable: $0.isExecutable) })
        guard let embedded = try Artifact.open(artifact).info().recipe() else { throw WorkspaceError.notFound("the embedded recipe", artifact) }
        let differences = embedded.differences(fromCommit: tree)
        if differences.isEmpty { return .same(commit: commit) }
        return .differs(
            commit: commit,
            differences.map { difference in
                switch difference {
                case .changed(let path):
                    Change(difference: difference, lines: lines(tree[path]?.contents, (embedded[path] ?? embedded["parent/" + path])?.contents))
                case .added(let path): Change(difference: difference, lines: lines(nil, embedded[path]?.contents))
                case .missing: Change(difference: difference, lines: [])
                }
            })
    }

    private static func lines(_ old: Data?, _ new: Data?) -> [String] {
        func split(_ data: Data?) -> [Substring]? {
            guard let data, data.count < 1 << 20 else { return [] }
            return String(validating: data, as: UTF8.self)?.split(separator: "\n", omittingEmptySubsequences: false)
        }
        guard let old = split(old), let new = split(new) else { return [] }
        var lines: [String] = []
        for change in new.difference(from: old) {
            switch change {
            case .insert(let offset, let line, _): lines.append("+\(offset + 1): \(line)")
            case .remove(let offset, let line, _): lines.append("-\(offset + 1): \(line)")
            }
        }
        return lines.count > lineLimit ? lines.prefix(lineLimit) + ["… and \(lines.count - lineLimit) more"] : lines
    }

    /// The last lines of a file, read from its end.
    private static func end(of path: FilePath, lines count: Int) throws -> [String] {
        let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        defer { try? file.close() }
        let size = try file.seek(offset: 0, from: .end)
        try file.seek(offset: max(0, size - 16_384), from: .start)
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let read = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
        return String(decoding: bytes[..<read], as: UTF8.self).split(separator: "\n").suffix(count).map(String.init)
    }
}
