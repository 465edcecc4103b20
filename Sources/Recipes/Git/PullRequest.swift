import Files
import Foundation
public import SystemPackage

/// The head of a feedstock's pull request, as its server has it now: GitHub keeps it at `refs/pull/NUMBER/head`.
public struct PullRequest: Hashable, Sendable {
    public let number: Int
    /// The full name of the commit.
    public let head: String
    /// The page that people know it by; nil for servers whose pages we cannot name.
    public let address: String?

    static func reference(_ number: Int) -> String { "refs/pull/\(number)/head" }

    /// Asks the remote of the checkout at `root`; nothing in the checkout is changed.
    public static func ask(_ number: Int, ofCheckoutAt root: FilePath) async throws(FeedstockError) -> PullRequest {
        let root = root.absolute
        guard root.isDirectory else { throw .notThere(root) }
        let repository = GitRepository(root: root)
        guard let remote = try await Checkout.remoteName(of: repository) else { throw .noRemoteToAsk(root) }
        let line = try await repository.line(["ls-remote", "--exit-code", remote, reference(number)])
        guard let head = line.split(whereSeparator: \.isWhitespace).first.map(String.init), head.utf8.count >= 40, head.allSatisfy(\.isHexDigit)
        else {
            throw .unexpectedGitOutput("`ls-remote` names no commit for \(reference(number))")
        }
        let address = try await Checkout.remote(of: repository)
        return PullRequest(number: number, head: head, address: address.flatMap { page(number, of: $0) })
    }

    /// `https://github.com/OWNER/NAME/pull/NUMBER` of any of the ways in which GitHub's repositories are addressed.
    static func page(_ number: Int, of remote: String) -> String? {
        var path: Substring
        if remote.hasPrefix("git@github.com:") {
            path = remote.dropFirst("git@github.com:".count)
        } else if let host = remote.range(of: "github.com/"), remote[..<host.lowerBound].hasSuffix("://") || remote[..<host.lowerBound].hasSuffix("@")
        {
            path = remote[host.upperBound...]
        } else {
            return nil
        }
        if path.hasSuffix(".git") { path = path.dropLast(4) }
        return path.split(separator: "/").count == 2 ? "https://github.com/\(path)/pull/\(number)" : nil
    }
}
