import ArgumentParser
import Basics
import Conda
import Cryptography
import Files
import Packaging
import SystemPackage
import TerminalUI

struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show what is in an artifact, without running or unpacking anything of it.")

    @Argument(help: .init("A .conda or .tar.bz2 file.", valueName: "file")) var file: String
    @OptionGroup var format: FormatOption

    func run() async throws {
        let inspection = try Artifact.open(FilePath(file)).inspect()
        try format.show(inspection) { Self.lines(inspection) }
    }

    private static func lines(_ inspection: Inspection) -> [String] {
        var lines = [
            "file       \(inspection.fileName.printable), \(Measure.bytes(inspection.digests.byteCount))", "sha256     \(inspection.digests.sha256)",
            "md5        \(inspection.digests.md5)",
            "package    \(inspection.index.name.printable) \(inspection.index.version.printable) \(inspection.index.build.printable) (\(inspection.index.subdir?.printable ?? "no subdir"))",
            "license    \(inspection.index.license?.printable ?? "none named")",
        ]
        for (key, value) in inspection.provenance.sorted(by: { $0.key < $1.key }) { lines.append("\(key.padded(toColumns: 10)) \(value.printable)") }
        lines.append("files      \(inspection.fileCount), \(Measure.bytes(inspection.payloadBytes))")
        lines.append("depends    \(inspection.index.depends.map(\.printable).joined(separator: ", "))")
        if !inspection.virtualPackages.isEmpty { lines.append("asks for   \(inspection.virtualPackages.map(\.printable).joined(separator: ", "))") }
        if !inspection.symbolVersions.isEmpty {
            lines.append("needs      " + inspection.symbolVersions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        }
        func list(_ title: String, _ names: [String]) {
            guard !names.isEmpty else { return }
            lines.append("")
            lines.append(title.uppercased())
            lines += names.map { "  \($0)" }
        }
        list("members", inspection.innerMembers.map { "\($0.name.printable)  \(Measure.bytes($0.digests.byteCount))  sha256 \($0.digests.sha256)" })
        list("recipe", inspection.recipeFiles.map { "\($0.path.printable)  \(Measure.bytes($0.byteCount))" })
        list("tests", inspection.testFiles.map(\.printable))
        list("licences", inspection.licenseFiles.map(\.printable))
        list("largest files", inspection.largestFiles.map { "\($0.path.printable)  \(Measure.bytes($0.byteCount))" })
        list(
            "elf files",
            inspection.elfFiles.map { file in
                let versions = file.facts.symbolVersions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: " ")
                return "\(file.path.printable)  \(versions)  \(file.facts.needed.map(\.printable).joined(separator: " "))"
            })
        return lines
    }
}

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check every file of an artifact against its own records; a line a problem.")

    @Argument(help: .init("A .conda or .tar.bz2 file.", valueName: "file")) var file: String
    @OptionGroup var format: FormatOption

    func run() async throws {
        let problems = try Artifact.check(FilePath(file))
        try format.show(problems) { problems.map(\.description) }
        guard problems.isEmpty else { throw AnswerIsNo(sentence: Measure.count(problems.count, "problem")) }
        terminal.note(terminal.styled("sound", .good) + " every file is what the artifact's records say")
    }
}
