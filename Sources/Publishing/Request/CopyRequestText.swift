import Basics
import Conda

/// The pull request that brings a `CopyRequestDocument`: its title and its text, with the proofs that reviewers ask for.
public struct CopyRequestText: Hashable, Sendable {
    public let document: CopyRequestDocument
    public let feedstock: String
    /// Where the build was approved.
    public let pullRequest: String
    /// Why CI could not build it.
    public let reason: String
    /// Where the build logs lie.
    public let logs: [String]
    /// The team or the people to be pinged, such as `@conda-forge/qt-main`.
    public let team: String?

    public init(document: CopyRequestDocument, feedstock: String, pullRequest: String, reason: String, logs: [String], team: String? = nil) {
        self.document = document
        self.feedstock = feedstock
        self.pullRequest = pullRequest
        self.reason = reason
        self.logs = logs
        self.team = team
    }

    public var title: String {
        let versions = Set(document.items.map { "\($0.path.name.package) \($0.path.name.version)" }).sorted()
        let count = document.items.count
        return "CFEP-3 copy of " + versions.prefix(3).joined(separator: ", ") + (versions.count > 3 ? " and \(versions.count - 3) more" : "")
            + " (\(count) \(count == 1 ? "artifact" : "artifacts"))"
    }

    /// Markdown. A box is ticked only where the text itself holds the proof.
    public var markdown: String {
        func box(_ isTicked: Bool, _ text: String) -> String { "- [\(isTicked ? "x" : " ")] \(text)" }
        var lines = [
            "Please copy these artifacts of \(feedstock) to `conda-forge`, label `\(document.label)`. They were built by hand: \(reason).", "",
            box(team != nil, "The feedstock's team is pinged" + (team.map { ": \($0)" } ?? "")),
            box(!pullRequest.isEmpty, "The pull request that this was built for: \(pullRequest)"),
            box(true, "The artifacts are linked below"),
            box(!logs.isEmpty, "The build logs" + (logs.isEmpty ? "" : ": " + logs.map { "<\($0)>" }.joined(separator: ", "))), "",
            "| artifact | SHA-256 |", "|---|---|",
        ]
        for item in document.items {
            lines.append("| [`\(item.path)`](\(item.channel.url(of: item.path.name, in: item.path.subdir))) | `\(item.sha256)` |")
        }
        lines += [
            "",
            "Beside each artifact lie its detached signature (`.sig`), its audit record (`.audit.json`) and its signed statements (`.intoto.jsonl`),",
            "where the channel keeps such files. `openssl dgst -sha256 -verify KEY.pem -signature FILE.sig FILE` checks the signature without hallmark.",
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}
