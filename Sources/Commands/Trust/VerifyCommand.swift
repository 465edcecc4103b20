import ArgumentParser
import Basics
import Conda
import Cryptography
import Files
import Foundation
import Roster
import SystemPackage
import TerminalUI
import Verification
import Workbench

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Say whether an artifact and its evidence hold: one verdict, every reason.",
        discussion: """
            Works offline, from the artifact, what lies beside it, and the pinned roster; with --evidence from the artifact, that file and the pin alone. Exit code 1 when anything failed or could not be checked. \
            --explain prints the commands of stock tools that check the same.
            """)

    @Argument(help: .init("The artifact; its evidence lies beside it.", valueName: "file")) var file: String
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var trust: TrustOptions
    @Option(
        name: .long,
        help: .init(
            "An archive of evidence, FILE.evidence, in place of what lies beside the artifact; it brings the roster along.", valueName: "file"))
    var evidence: String?
    @Option(
        name: .long,
        help: .init(
            "The ledger's folder or address, to hear withdrawals and to compare checkpoints (default: the workspace's, or HALLMARK_LEDGER).",
            valueName: "dir|url"))
    var ledger: String?
    @Flag(name: .long, help: "Ask for the reviews as well, as the channel does before it promotes.") var release = false
    @Option(name: .long, help: .init("The channel that the artifact must be meant for, label and all.", valueName: "url")) var target: String?
    @Option(name: .long, help: "The subdir that it is published in.") var subdir: String?
    @Flag(name: .long, help: "Print the commands of stock tools that check every signature and proof.") var explain = false
    @Flag(name: .long, help: "Print every fact that was proven, not a line for each step.") var facts = false
    @OptionGroup var format: FormatOption

    func validate() throws {
        if explain, evidence != nil { throw ValidationError("--explain is about the files beside the artifact; --evidence needs none of them") }
    }

    func run() async throws {
        let path = FilePath(file)
        guard path.isRegularFile else { throw FileError.missing(path) }
        let workspace = try workspace.optional()
        let trust = evidence == nil ? try trust.trust(workspace: workspace) : try trust.trustForArchive(workspace: workspace)
        let ledger = ledger ?? CommandContext.current["LEDGER"] ?? workspace?.settings.ledger
        let (verdict, collected): (Verdict, Evidence)
        do {
            let archive = evidence.map { FilePath($0) }
            var folder: FilePath?
            if let ledger { folder = try await LedgerPlace(ledger).folder(try? archive.map(trust.chain(in:)) ?? trust.chain()) }
            (verdict, collected) = try trust.verdict(
                on: path, profile: release ? .release : .build, subdir: try subdir.map { try Subdir(parsing: $0) },
                target: try target.map(ChannelAddress.parse), ledger: folder, archive: archive)
        } catch let error as RosterError where error.name == "roster-rollback" {
            throw AnswerIsNo(sentence: "\(error.name): \(error.message)")
        }
        if explain {
            let folder = trust.roster?.absolute.string ?? ""
            terminal.output(try trust.verifier().explain(collected, rosterFolder: folder).script)
            guard verdict.accepted else { throw AnswerIsNo(sentence: verdict.failures.map(\.name).joined(separator: ", ")) }
            return
        }
        try format.show(verdict) { VerdictScreen.lines(verdict, everything: facts) }
        guard verdict.accepted else { throw AnswerIsNo(sentence: nil) }
    }
}

/// `https://host/owner[/label/label]` as a channel.
enum ChannelAddress {
    static func parse(_ text: String) throws -> Channel {
        guard let scheme = text.range(of: "://") else { throw ValidationError("`\(text)` is not a channel's address") }
        var parts = text[scheme.upperBound...].split(separator: "/").map(String.init)
        var label = Label.main
        if parts.count >= 3, parts[parts.count - 2] == "label" {
            label = try Label(parsing: parts[parts.count - 1])
            parts.removeLast(2)
        }
        guard parts.count >= 2, let owner = parts.popLast() else { throw ValidationError("`\(text)` is not a channel's address") }
        return try Channel(server: text[..<scheme.upperBound] + parts.joined(separator: "/"), owner: owner, label: label)
    }
}

/// A verdict as a line a step, what was proven by whom, and every failure by its name; every fact where that is asked.
enum VerdictScreen {
    static func lines(_ verdict: Verdict, everything: Bool = false) -> [String] {
        let (name, digest) = (verdict.fileName.printable, "sha256 \(verdict.sha256?.hexadecimal ?? "unreadable")")
        let isWide = width.map { name.columns + 2 + digest.columns <= $0 } ?? true
        var lines = isWide ? ["\(name)  \(digest)", ""] : [name, digest, ""]
        for step in verdict.steps {
            let (mark, style): (String, Style) =
                switch step.outcome {
                case .passed: ("ok", .good)
                case .failed: ("FAILED", .bad)
                case .notChecked: ("not checked", .bad)
                case .notRequired: ("not asked", .faint)
                }
            let head = "\(String(step.number.rawValue).padded(toColumns: 3))\(step.title.padded(toColumns: 24))"
            let proven = everything ? "" : (step.summary ?? step.facts.joined(separator: "; ")).printable
            let space = String(repeating: " ", count: max(1, 13 - mark.count))
            lines += beside(head + terminal.styled(mark, style) + space, columns: head.columns + mark.count + space.count, proven)
            if everything { lines += step.facts.flatMap { below("", $0.printable) } }
            lines += step.failures.flatMap { below($0.name.printable, $0.detail.printable, .bad) }
            lines += setAside(step)
        }
        let parts = width.map { sentence(verdict).wrapped(toColumns: $0 - 9) } ?? [sentence(verdict)]
        lines += ["", "verdict  " + parts[0]] + parts.dropFirst().map { "         " + $0 }
        return lines
    }

    /// A pipe gets each sentence on one line, a terminal as many as fit it.
    private static var width: Int? { terminal.outputIsTerminal && terminal.errorIsTerminal ? max(40, terminal.width) : nil }

    /// A step's line with what it proved behind it: under itself where there is room for that, else on lines of its own.
    private static func beside(_ head: String, columns: Int, _ text: String) -> [String] {
        guard !text.isEmpty else { return [head.trimmingTrailingSpace] }
        guard let width, columns + text.columns > width else { return [head + text] }
        guard width >= 120 else { return [head.trimmingTrailingSpace] + below("", text) }
        let parts = text.wrapped(toColumns: width - columns)
        return [head + parts[0]] + parts.dropFirst().map { String(repeating: " ", count: columns) + $0 }
    }

    /// A sentence below a step, after its name if it has one.
    private static func below(_ name: String, _ text: String, _ style: Style = .faint) -> [String] {
        let lead = name.isEmpty ? "" : name + ": "
        let parts = width.map { (lead + text).wrapped(toColumns: $0 - 5) } ?? [lead + text]
        // A name that is itself broken over lines goes without its colour.
        let first = !name.isEmpty && parts[0].hasPrefix(name) ? terminal.styled(name, style) + parts[0].dropFirst(name.count) : parts[0]
        return ["     " + first] + parts.dropFirst().map { "     " + $0 }
    }

    /// What does not count, a few lines of it: whoever may add evidence could add very much.
    private static func setAside(_ step: VerificationStep) -> [String] {
        let shown = step.ignored.prefix(5).map { "     \(terminal.styled("set aside", .faint)) \($0.name.printable): \($0.detail.printable)" }
        let rest = step.ignoredCount - shown.count
        return shown + (rest > 0 ? ["     \(terminal.styled("set aside", .faint)) \(rest) more"] : [])
    }

    /// What was decided, and why.
    static func sentence(_ verdict: Verdict) -> String {
        switch verdict.stage {
        case .refused:
            terminal.styled("refused", .bad) + ": "
                + (verdict.failures.isEmpty ? "not everything could be checked" : verdict.failures.map(\.name).joined(separator: ", "))
        case .awaitingReview:
            terminal.styled("the builder's evidence holds", .good)
                + "; a review by another person than \(verdict.builders.joined(separator: ", ")) is still to come"
        case .reviewed:
            terminal.styled("accepted", .good)
                + ": built by \(verdict.builders.joined(separator: ", ")), reviewed by \(verdict.reviewers.joined(separator: ", "))"
        }
    }
}

extension String {
    fileprivate var trimmingTrailingSpace: String { String(reversed().drop { $0 == " " }.reversed()) }
}
