import Files
import Foundation
import Processes
public import SystemPackage

/// A feedstock that is brought here from its server, at the commit that is to be built.
///
/// Git gets no say in what runs: no hooks, no templates, no submodules, no transport but https, http, ssh and file, and no question to the person.
public struct FeedstockClone: Sendable {
    public let address: String
    public let target: FilePath
    public let pullRequest: Int?
    /// Whole, or its beginning; the pull request's head, or the default branch's, if nil.
    public let commit: String?

    /// `target` is made by `run`; what is there already is left as it is.
    public init(address: String, target: FilePath, pullRequest: Int? = nil, commit: String? = nil) throws(FeedstockError) {
        // It would stand in process lists and in the checkout's configuration.
        if let scheme = address.range(of: "://") {
            let authority = address[scheme.upperBound...].prefix { $0 != "/" }
            if let at = authority.lastIndex(of: "@"), authority[..<at].contains(":") || address.hasPrefix("http") { throw .addressHoldsSecret }
        }
        guard !address.hasPrefix("-") else { throw .unknownAddress(address) }
        self.address = address
        self.target = target.absolute
        self.pullRequest = pullRequest
        self.commit = commit
    }

    /// True for `scheme://…` and `user@host:path`; everything else is a path.
    public static func isAddress(_ text: String) -> Bool {
        if text.contains("://") { return true }
        guard let colon = text.firstIndex(of: ":"), let at = text.firstIndex(of: "@") else { return false }
        return at < colon && !text[..<colon].contains("/")
    }

    /// `NAME-feedstock` of an address, as `git clone` would name the folder.
    public static func folderName(of address: String) -> String {
        var name = address.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init) ?? "feedstock"
        if name.hasSuffix(".git") { name.removeLast(4) }
        return name.isEmpty || name.hasPrefix(".") ? "feedstock" : name
    }

    /// Clones into a folder beside `target` that takes its name when it is whole, so that a kill leaves nothing that looks like a checkout.
    public func run() async throws(FeedstockError) {
        let part = target.removingLastComponent().appending(".\(target.lastComponent?.string ?? "").part")
        do throws(FileError) {
            try target.removingLastComponent().createDirectory()
            try part.removeAll()
        } catch { throw .file(error) }
        try await git(["clone", "--quiet", "--no-checkout", "--no-recurse-submodules", "--template=", "--", address, part.string], in: nil)
        if let pullRequest {
            try await git(
                [
                    "fetch", "--quiet", "--no-recurse-submodules", "origin",
                    "+\(PullRequest.reference(pullRequest)):refs/remotes/origin/pull/\(pullRequest)",
                ],
                in: part)
        }
        let repository = GitRepository(root: part)
        let wanted = commit ?? pullRequest.map { "refs/remotes/origin/pull/\($0)" } ?? "refs/remotes/origin/HEAD"
        // A commit that no branch holds any more can be asked for by its whole name.
        if let commit, commit.utf8.count >= 40, try await repository.commit(commit) == nil {
            try await git(["fetch", "--quiet", "--no-recurse-submodules", "origin", commit], in: part)
        }
        guard let found = try await repository.commit(wanted) else { throw .unknownCommit(wanted) }
        try await git(["checkout", "--quiet", "--detach", found], in: part)
        do { try part.move(to: target) } catch { throw .file(error) }
    }

    private func git(_ arguments: [String], in folder: FilePath?) async throws(FeedstockError) {
        let command = Command(
            "git",
            (folder.map { ["-C", $0.string] } ?? []) + ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.autocrlf=false"]
                + arguments,
            environment: .inherited(
                removing: GitRepository.pointers,
                adding: ["GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "https:http:ssh:file", "LC_ALL": "C", "GIT_LFS_SKIP_SMUDGE": "1"]),
            timeout: .seconds(1800))
        let result: ProcessResult
        do { result = try await command.run() } catch { throw .git(error) }
        guard result.exit.isSuccess else {
            let text = result.errorText.trimmingCharacters(in: .whitespacesAndNewlines)
            throw .git(.failed("git \(arguments.first ?? "")", exit: result.exit, text: String(text.suffix(500))))
        }
    }
}
