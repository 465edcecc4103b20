import ArgumentParser
import Basics
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import Provenance
import SystemPackage
import TerminalUI
import Workbench

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write the report: HTML for people, Markdown for the pull request, JUnit for CI, JSON for programs.",
        discussion:
            "They go into the workspace. With a roster named, the report holds the verdicts. --summary also writes a small index of what was made.")

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var trust: TrustOptions
    @Option(name: .long, help: .init("Write an index of artifacts, keys and report; its paths are relative to its folder.", valueName: "file"))
    var summary: String?
    @Option(name: .customLong("public-key"), help: .init("A public key to name in the index; may be repeated.", valueName: "file")) var publicKeys:
        [String] = []

    func run() async throws {
        let workspace = try workspace.find()
        let trust = try trust.trustIfNamed(workspace: workspace)
        for path in try ReportComposition(workspace: workspace, trust: trust, version: Version.text).write() { terminal.output("\(path)") }
        guard let summary else { return }
        let path = FilePath(summary).absolute
        try path.replaceContents(
            with: try StrictJSON.encode(try Summary(workspace, below: path.removingLastComponent(), keys: publicKeys), pretty: true))
        terminal.output("\(path)")
    }

    /// The index that `--summary` writes.
    private struct Summary: Encodable {
        struct Artifact: Encodable {
            let path: String
            let sha256: String
            let label: String
            let cells: [String: Int]
            let envelopes: String
        }
        let artifacts: [Artifact]
        let publicKeys: [String]
        let report: String

        init(_ workspace: Workspace, below folder: FilePath, keys: [String]) throws {
            func relative(_ path: FilePath) -> String {
                var path = path.absolute
                return path.removePrefix(folder) ? path.string : path.string
            }
            let state = WorkspaceState(try Journal(reading: workspace.journal).entries)
            artifacts = state.artifacts.map { artifact in
                let file = workspace.file(of: artifact.reference)
                return Artifact(
                    path: relative(file), sha256: artifact.reference.sha256.hexadecimal,
                    label: artifact.promoted?.to ?? (artifact.uploaded == nil ? "" : workspace.settings.label.name),
                    cells: artifact.matrix?.counts ?? [:],
                    envelopes: relative(file.sidecar(EnvelopeFile.fileExtension)))
            }
            publicKeys = keys.map { relative(FilePath($0)) }
            report = relative(workspace.report)
        }
    }
}
