import ArgumentParser
import Basics
import Conda
import Files
import Foundation
import SystemPackage
import TerminalUI
import Workbench

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show where a build is, and what comes next.",
        discussion: "Reads the journal only; it can be used while another command works in the same workspace.")

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var format: FormatOption

    func run() async throws {
        let workspace = try workspace.find()
        let state = WorkspaceState(try Journal(reading: workspace.journal).entries)
        let model = StatusModel(workspace: workspace, state: state)
        try format.show(model) { model.lines }
        if let next = model.next { terminal.note("next: `\(next)`") }
    }
}

/// Where a build is, for `status`.
struct StatusModel: Encodable {
    struct Variant: Encodable {
        let name: String
        let status: String
        let attempts: Int
        let detail: String?
    }
    struct Artifact: Encodable {
        let path: String
        let sha256: String
        let stage: String
        let matrix: [String: Int]?
    }

    let workspace: String
    let feedstock: String?
    let commit: String?
    let variants: [Variant]
    let artifacts: [Artifact]
    let next: String?

    init(workspace: Workspace, state: WorkspaceState) {
        self.workspace = workspace.root.string
        feedstock = state.opened?.name
        commit = state.opened?.commit
        variants = state.variants.map { variant in
            switch variant.status {
            case .open: Variant(name: variant.name, status: "open", attempts: variant.attempts, detail: nil)
            case .building: Variant(name: variant.name, status: "building", attempts: variant.attempts, detail: nil)
            case .built(let built):
                Variant(
                    name: variant.name, status: "built", attempts: variant.attempts,
                    detail:
                        "\(Measure.count(built.artifacts.count, "artifact")) in \(Measure.duration(Double(built.finishedOn.seconds - built.startedOn.seconds)))"
                )
            case .failed(let failed): Variant(name: variant.name, status: "failed", attempts: variant.attempts, detail: failed.reason)
            }
        }
        artifacts = state.artifacts.map {
            Artifact(path: $0.reference.path, sha256: $0.reference.sha256.hexadecimal, stage: $0.stage, matrix: $0.matrix?.counts)
        }
        next = Self.next(state)
    }

    /// The first step that something still waits for.
    private static func next(_ state: WorkspaceState) -> String? {
        if state.variants.contains(where: { if case .built = $0.status { false } else { true } }) || state.artifacts.isEmpty {
            return "hallmark build"
        }
        // What was withdrawn waits for nothing any more.
        let artifacts = state.artifacts.filter { $0.withdrawn.last?.isInForce != true }
        if artifacts.contains(where: { $0.embedded == nil }) { return "hallmark embed" }
        if artifacts.contains(where: { $0.matrix == nil }) { return "hallmark matrix run" }
        if artifacts.contains(where: { $0.matrix?.isGreen == false }) { return "hallmark matrix show" }
        if artifacts.contains(where: { $0.signed == nil }) { return "hallmark sign --key YOURS" }
        if artifacts.contains(where: { $0.uploaded == nil }) { return "hallmark upload" }
        if artifacts.contains(where: { $0.retested == nil }) { return "hallmark retest" }
        if artifacts.contains(where: { !$0.reviewed.contains(where: \.accepted) }) { return "hallmark review FILE --key ANOTHER PERSON'S" }
        return artifacts.contains(where: { $0.promoted == nil }) ? "hallmark promote FILE" : nil
    }

    var lines: [String] {
        var lines = ["\(feedstock?.printable ?? "no feedstock") at \(commit?.prefix(12) ?? "no commit")", ""]
        lines +=
            Table(
                ["variant", "status", "attempts", ""],
                rows: variants.map { [$0.name.printable, $0.status, "\($0.attempts)", $0.detail?.printable ?? ""] }
            ).lines
        if !artifacts.isEmpty {
            lines.append("")
            lines +=
                Table(
                    ["artifact", "stage", "matrix", "sha256"],
                    rows: artifacts.map {
                        [
                            $0.path, $0.stage, ($0.matrix ?? [:]).sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "),
                            String($0.sha256.prefix(16)),
                        ]
                    }
                ).lines
        }
        return lines
    }
}
