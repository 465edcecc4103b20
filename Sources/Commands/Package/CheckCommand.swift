import ArgumentParser
import Packaging
import SystemPackage
import TerminalUI

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check every file of artifacts against their own records; a line a problem.",
        discussion: """
            Every payload file against `paths.json`, the names against `index.json`, `info/` against CEP 34. Several artifacts are read at the same time; the \
            lines come in the order in which the artifacts were named. Exit code 1 says that any of them has a problem.
            """)

    @Argument(help: .init("`.conda` or `.tar.bz2` files.", valueName: "file")) var files: [String]
    @OptionGroup var format: FormatOption
    @OptionGroup(title: "Limits") var reading: ReadingOptions

    struct Answer: Encodable {
        let file: String
        let problems: [Problem]
    }

    func run() async throws {
        let limits = reading.limits
        let results = await ArtifactReading.map(files.map { FilePath($0) }) { path, stop in
            Result { () throws(PackagingError) in Answer(file: path.string, problems: try Artifact.check(path, limits: limits, stop: stop)) }
        }
        let answers = results.compactMap { try? $0.get() }
        try format.show(answers) {
            answers.flatMap { answer in answer.problems.map { "\(answer.file.printable): \($0.description)" } }
        }
        let (count, bad) = (answers.map(\.problems.count).reduce(0, +), answers.count { !$0.problems.isEmpty })
        for answer in answers where answer.problems.isEmpty {
            terminal.note("\(terminal.styled("sound", .good)) \(answer.file.printable): every file is what the artifact's records say")
        }
        let failures = zip(files, results).compactMap { file, result -> ArtifactFailure? in
            if case .failure(let error) = result { ArtifactFailure(file: file, error: error) } else { nil }
        }
        for error in failures.dropLast(count == 0 ? 1 : 0) { terminal.note("\(terminal.styled("error:", .bad)) \(error.message)") }
        guard count == 0 else {
            throw AnswerIsNo(
                sentence: Measure.count(count, "problem") + (files.count == 1 ? "" : " in \(bad) of \(Measure.count(files.count, "file"))"))
        }
        if let error = failures.last { throw error }
    }
}
