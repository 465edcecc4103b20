import ArgumentParser
import Conda
import Files
import Foundation
import Matrix
import SystemPackage
import TerminalUI
import Verification
import Workbench

struct RetestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retest", abstract: "Test again what a label holds, from the downloaded bytes alone, as CI does.",
        discussion: """
            Downloads the label's artifacts with their evidence into a fresh folder, verifies the evidence where a roster is named, and runs the matrix. \
            Needs no workspace; in one, the results go into its journal.
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var server: ServerOptions
    @Option(name: .long, help: "A subdir; may be repeated.") var subdir: [String] = ["linux-64", "noarch"]
    @Option(name: .long, help: "Only this package; may be repeated.") var package: [String] = []
    @Option(name: .customLong("into"), help: .init("The folder for the downloads (default: a new one).", valueName: "dir")) var folder: String?
    @OptionGroup var trust: TrustOptions
    @OptionGroup var options: MatrixOptions
    @Option(name: .long, help: .init("Write the results as JUnit XML as well, for CI services.", valueName: "file")) var junit: String?

    func run() async throws {
        let found: Workspace? = server.isNamed ? try workspace.optional() : try workspace.find()
        let session = try found.map { try WorkspaceSession($0, verb: "retest") }
        let channel = try server.channel(workspace: found)
        let trust = try trust.trustIfNamed(workspace: found)
        if trust == nil { terminal.note("\(terminal.styled("look:", .warning)) no roster is named: the tests run, the evidence is not verified") }
        let target =
            folder.map { FilePath($0) } ?? found.map { $0.retests.appending(String(Int(Date().timeIntervalSince1970))) } ?? FilePath("retest")
        if target.exists, try !target.children().isEmpty, folder == nil { throw KeyProblem.exists(target) }
        let answers = try await LabelRetest(
            channel: channel, subdirs: try subdir.map { try Subdir(parsing: $0) }, folder: target,
            testing: try options.testing(workspace: found), trust: trust, packages: package
        ).run(onDownload: { terminal.note("downloading \($0)") }, onEvent: { MatrixScreen.show($0) })
        terminal.clearProgress()
        for line in MatrixScreen.grid(answers.flatMap(\.results)) { terminal.output(line) }
        if let junit { try FilePath(junit).replaceContents(with: JUnitXML.document(answers.flatMap(\.results))) }
        for answer in answers {
            if let verdict = answer.verdict {
                terminal.note(
                    "\(verdict.accepted ? terminal.styled("verified", .good) : terminal.styled("not verified", .bad)) \(verdict.fileName)"
                        + (verdict.accepted ? "" : ": \(verdict.failures.map(\.name).joined(separator: ", "))"))
            }
            try await session?.recordRetest(answer, channel: channel)
        }
        guard answers.allSatisfy(\.isGreen) else { throw AnswerIsNo(sentence: "not everything on `\(channel)` holds") }
    }
}
