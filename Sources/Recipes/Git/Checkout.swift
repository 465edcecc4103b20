import Files
import Foundation
import Processes
import SystemPackage

/// What git knows of a feedstock's checkout.
public struct Checkout: Hashable, Sendable {
    /// The full name of the commit that is checked out.
    public let commit: String
    /// Nil when no branch is checked out, which is usual for a pull request.
    public let branch: String?
    /// Without a user's name, password or token.
    public let remoteURL: String?
    /// Paths whose content here is not the commit's, sorted: changed, added, removed, or hidden from git's status.
    public let dirtyFiles: [String]
    /// When the commit was made, by the clock of who made it.
    public let commitSeconds: Int64

    static func read(_ repository: GitRepository, at path: FilePath) async throws(FeedstockError) -> Checkout {
        guard try await repository.run(["rev-parse", "--is-inside-work-tree"]).outputText.hasPrefix("true") else { throw .notARepository(path) }
        let top = FilePath(try await repository.line(["rev-parse", "--show-toplevel"]))
        guard try await repository.line(["rev-parse", "--show-prefix"]).isEmpty else { throw .insideOf(path, repository: top) }
        guard let commit = try await repository.commit("HEAD") else { throw .noCommit(path) }
        let branch = try await repository.run(["symbolic-ref", "--quiet", "--short", "HEAD"])
        let changed = try await changedFiles(repository)
        return Checkout(
            commit: commit, branch: branch.exit.isSuccess ? branch.outputText.trimmingCharacters(in: .newlines) : nil,
            remoteURL: try await remote(of: repository), dirtyFiles: changed,
            commitSeconds: Int64(try await repository.line(["show", "--no-patch", "--format=%ct", commit])) ?? 0)
    }

    /// The same with more dirty files.
    func adding(dirtyFiles more: [String]) -> Checkout {
        let all = Set(dirtyFiles).union(more).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return Checkout(commit: commit, branch: branch, remoteURL: remoteURL, dirtyFiles: all, commitSeconds: commitSeconds)
    }

    private static func changedFiles(_ repository: GitRepository) async throws(FeedstockError) -> [String] {
        let result = try await repository.run(["status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignore-submodules=none", "--no-renames"])
        guard result.exit.isSuccess else { throw .unexpectedGitOutput("`status` ended with \(result.exit)") }
        // `XY SP path NUL`; without renames there is one path a record. What builds left is nobody's source, whether it is ignored or not.
        return result.output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            .filter { !$0.hasPrefix("?? build_artifacts/") && !$0.hasPrefix("?? build_artefacts/") }
            .map { String($0.dropFirst(3)) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// `upstream` is what a fork's clone calls the feedstock itself.
    static func remoteName(of repository: GitRepository) async throws(FeedstockError) -> String? {
        let names = try await repository.run(["remote"]).outputText.split(separator: "\n").map(String.init)
        return ["upstream", "origin"].first(where: names.contains) ?? names.first
    }

    static func remote(of repository: GitRepository) async throws(FeedstockError) -> String? {
        guard let name = try await remoteName(of: repository) else { return nil }
        let result = try await repository.run(["config", "--get", "remote.\(name).url"])
        guard result.exit.isSuccess else { return nil }
        return withoutCredentials(result.outputText.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Takes the user's part, the query and the fragment off an address; `git@host:path` names no person and stays.
    static func withoutCredentials(_ address: String) -> String {
        guard let scheme = address.range(of: "://") else { return address }
        var rest = address[scheme.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        if let at = rest[..<slash].lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        if let end = rest.firstIndex(where: { $0 == "?" || $0 == "#" }) { rest = rest[..<end] }
        return String(address[..<scheme.upperBound] + rest)
    }
}
