import ArgumentParser
import Basics
import Conda
import Cryptography
import Files
import Packaging
import SystemPackage
import TerminalUI
import Workbench

struct EmbedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed", abstract: "Embed the commit's recipe into what was built, or prove that it is there.",
        discussion: """
            Without FILE it does so for every artifact of the workspace. With FILE it needs --recipe and --output, and no workspace. The payload's \
            compressed bytes are kept bit for bit; where they cannot be, they are made again on all cores, and it says so.
            """)

    @Argument(help: .init("A single artifact.", valueName: "file")) var file: String?
    @OptionGroup var workspace: WorkspaceOptions
    @Option(name: .long, help: .init("The recipe folder, for a single artifact.", valueName: "dir")) var recipe: String?
    @Option(name: .long, help: .init("The new artifact, for a single one.", valueName: "file")) var output: String?
    @Option(name: .long, help: "The feedstock's full commit, for about.json.") var sha: String?
    @Option(name: .customLong("remote-url"), help: .init("The feedstock's address, for about.json.", valueName: "url")) var remoteURL: String?
    @Flag(
        name: .customLong("info-is-first"),
        help: "Take your word that all of info/ stands before the payload of a .tar.bz2, as rattler-build writes it, and do not decode the rest.")
    var infoIsFirst = false
    @Option(name: .customLong("run-id"), help: .init("The run's name, for about.json.", valueName: "id")) var runID: String?
    @OptionGroup(title: "Limits") var reading: ReadingOptions

    func validate() throws {
        if file != nil, recipe == nil || output == nil { throw ValidationError("a single artifact needs --recipe and --output") }
        let given = [sha, remoteURL, runID].compactMap(\.self).count
        if given != 0, given != 3 { throw ValidationError("--sha, --remote-url and --run-id go together") }
    }

    func run() async throws {
        if let file, let recipe, let output {
            try await embed(FilePath(file), recipe: FilePath(recipe), output: FilePath(output))
            return
        }
        let session = try workspace.session(for: "embed")
        for answer in try await RecipeEmbedding(session: session).run(onProgress: { terminal.showProgress($0) }) {
            terminal.output("\(session.workspace.file(of: answer.event.after))")
            terminal.note(
                "\(terminal.styled(answer.event.result, .good)) the recipe \(answer.event.recipeSHA256.hexadecimal.prefix(16)) in \(answer.event.after.path)"
                    + (answer.result == nil ? ", done before" : ""))
            for change in answer.result?.changes ?? [] { terminal.note("  \(change.printable)") }
            if let payload = answer.event.payloadSHA256 { note(payload: payload, isRecompressed: answer.result?.isRecompressed ?? false) }
        }
        terminal.note("next: `hallmark matrix run`")
    }

    private func embed(_ file: FilePath, recipe: FilePath, output: FilePath) async throws {
        var given: SourceProvenance?
        if let sha, let remoteURL, let runID { given = try SourceProvenance(sha: sha, remoteURL: remoteURL, runID: runID) }
        let (limits, provenance, infoIsFirst) = (reading.limits, given, infoIsFirst)
        let results = await ArtifactReading.map([file]) { path, stop in
            Result { () throws(PackagingError) in
                try Artifact.open(path, limits: limits, stop: stop)
                    .embed(recipe: recipe, provenance: provenance, output: output, infoIsFirst: infoIsFirst)
            }
        }
        if case .failure(.recipeDiffers(let differences)) = results.first {
            for difference in differences { terminal.output(difference.description.printable) }
            throw AnswerIsNo(sentence: "the artifact carries another recipe; nothing was written")
        }
        guard let result = try results.first?.get() else { return }
        terminal.output("\(result.after.sha256)  \(output)")
        terminal.note("\(terminal.styled(result.recipe.rawValue, .good)) the recipe \(result.recipeDigest.hexadecimal.prefix(16))")
        for change in result.changes { terminal.note("  \(change.printable)") }
        note(payload: result.payloadAfter, isRecompressed: result.isRecompressed)
    }

    private func note(payload: SHA256Digest, isRecompressed: Bool) {
        let digest = payload.hexadecimal.prefix(16)
        terminal.note(
            isRecompressed
                ? "  the payload was compressed anew: what is replaced stands between its files, or its blocks cannot be told apart; "
                    + "its files, \(digest) in all, are the same before and after"
                : "  payload \(digest), the same before and after")
    }
}
