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
        commandName: "inspect", abstract: "Show what is in artifacts, without running or unpacking anything of them.",
        discussion: "As JSON, one artifact gives one object and several give a list, in the order in which they were named.")

    @Argument(help: .init("`.conda` or `.tar.bz2` files.", valueName: "file")) var files: [String]
    @OptionGroup var format: FormatOption
    @OptionGroup(title: "Limits") var reading: ReadingOptions

    func run() async throws {
        let limits = reading.limits
        let results = await ArtifactReading.map(files.map { FilePath($0) }) { path, stop in
            Result { () throws(PackagingError) in try Artifact.open(path, limits: limits, stop: stop).inspect() }
        }
        let inspections = results.compactMap { try? $0.get() }
        if let only = inspections.first, files.count == 1 {
            try format.show(only) { Self.lines(only) }
        } else if files.count > 1 {
            try format.show(inspections) { Array(inspections.map(Self.lines).joined(separator: [""])) }
        }
        let failures = zip(files, results).compactMap { file, result -> ArtifactFailure? in
            if case .failure(let error) = result { ArtifactFailure(file: file, error: error) } else { nil }
        }
        for error in failures.dropLast() { terminal.note("\(terminal.styled("error:", .bad)) \(error.message)") }
        if let error = failures.last { throw error }
    }

    private static func lines(_ inspection: Inspection) -> [String] {
        var lines = [
            "file       \(inspection.fileName.printable), \(Measure.bytes(inspection.digests.byteCount))", "sha256     \(inspection.digests.sha256)",
            "md5        \(inspection.digests.md5)",
            "package    \(inspection.index.name.printable) \(inspection.index.version.printable) \(inspection.index.build.printable) (\(inspection.index.subdir?.printable ?? "no subdir"))",
            "license    \(inspection.index.license?.printable ?? "none named")",
        ]
        for (key, value) in inspection.provenance.sorted(by: { $0.key < $1.key }) { lines.append("\(key.padded(toColumns: 10)) \(value.printable)") }
        lines.append("files      \(inspection.fileCount), \(Measure.bytes(inspection.payloadBytes)); info/ \(Measure.bytes(inspection.infoBytes))")
        lines.append("depends    \(inspection.index.depends.map(\.printable).joined(separator: ", "))")
        if !inspection.virtualPackages.isEmpty { lines.append("asks for   \(inspection.virtualPackages.map(\.printable).joined(separator: ", "))") }
        if !inspection.symbolVersions.isEmpty {
            lines.append("needs      " + inspection.symbolVersions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        }
        func list(_ title: String, _ names: [String]) {
            guard !names.isEmpty else { return }
            lines.append("")
            lines.append(title)
            lines += names.map { "  \($0)" }
        }
        list(
            "MEMBERS",
            inspection.innerMembers.map { member in
                "\(member.name.printable)  \(Measure.bytes(member.digests.byteCount))  sha256 \(member.digests.sha256)  md5 \(member.digests.md5)"
            })
        list(
            "RECIPE" + (inspection.recipeDigest.map { " \($0)" } ?? ""),
            inspection.recipeFiles.map { "\($0.path.printable)  \(Measure.bytes($0.byteCount))" })
        list("TESTS", inspection.testFiles.map(\.printable))
        list("LICENCES", inspection.licenseFiles.map(\.printable))
        list("LARGEST FILES", inspection.largestFiles.map { "\($0.path.printable)  \(Measure.bytes($0.byteCount))" })
        list(
            "PREFIX PLACEHOLDERS", inspection.prefixFiles.map { "\($0.path.printable)  \($0.mode.printable)  \(shortened($0.placeholder.printable))" }
        )
        list(
            "ELF FILES",
            inspection.elfFiles.map { file in
                let versions = file.facts.symbolVersions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: " ")
                return "\(file.path.printable)  \(versions)  \(file.facts.needed.map(\.printable).joined(separator: " "))"
            })
        return lines
    }

    /// Placeholders are padded to 255 characters, so that any prefix fits in their place: three lines of a screen that say nothing.
    private static func shortened(_ placeholder: String) -> String {
        placeholder.count > 80 ? "\(placeholder.prefix(64))… (\(placeholder.count) characters)" : placeholder
    }
}
