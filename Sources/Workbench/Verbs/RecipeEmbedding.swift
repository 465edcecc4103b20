import Basics
import Conda
import Cryptography
import Files
public import Packaging
import Recipes
public import SystemPackage

/// Embeds the commit's recipe into every built artifact, or proves that it is there.
public struct RecipeEmbedding: Sendable {
    public let session: WorkspaceSession

    public init(session: WorkspaceSession) { self.session = session }

    public struct Answer: Sendable {
        public let event: JournalEvent.Embedded
        /// Nil when it had been done before.
        public let result: EmbedResult?
    }

    public func run(onProgress: @Sendable (String) -> Void) async throws -> [Answer] {
        let state = await session.state
        guard let opened = state.opened else { throw WorkspaceError.noFeedstockOpened }
        guard !state.artifacts.isEmpty else { throw WorkspaceError.nothingBuilt }
        let feedstock = try await session.feedstock()
        var answers: [Answer] = []
        for artifact in state.artifacts {
            if let done = artifact.embedded {
                _ = try session.file(of: done.after)
                answers.append(Answer(event: done, result: nil))
                continue
            }
            onProgress("embedding the recipe into \(artifact.built.name)")
            let workspace = session.workspace
            let source = workspace.builtFile(of: artifact.built, variant: artifact.variant)
            guard try SHA256Digest(ofFile: source) == artifact.built.sha256 else { throw WorkspaceError.artifactChanged(source.string) }
            let target = workspace.file(of: artifact.built)
            try target.removingLastComponent().createDirectory()
            let provenance = try SourceProvenance(
                sha: opened.commit, remoteURL: opened.remoteURL ?? "", runID: runID(of: artifact, in: state))
            // What is embedded is the commit's recipe, not the files that lie in the checkout.
            let result = try TemporaryDirectory.withSync { folder in
                try feedstock.recipeFolder.write(to: folder)
                return try Artifact.open(source).embed(recipe: folder, provenance: provenance, output: target)
            }
            let after = try workspace.artifact(at: target, subdir: artifact.built.subdir)
            guard let embedded = try Artifact.open(target).info().recipe() else { throw WorkspaceError.notFound("the embedded recipe", target) }
            let event = JournalEvent.Embedded(
                before: artifact.built, after: after, result: result.recipe.rawValue, recipeSHA256: result.recipeDigest,
                embeddedRecipeSHA256: embedded.digest, payloadSHA256: result.payloadAfter)
            try await session.record(.embedded(event))
            answers.append(Answer(event: event, result: result))
        }
        return answers
    }

    private func runID(of artifact: WorkspaceState.Artifact, in state: WorkspaceState) -> String {
        if case .built(let built) = state.variants.first(where: { $0.name == artifact.variant })?.status { return built.runID }
        return "manual_\(session.workspace.settings.id)"
    }
}

extension Workspace {
    /// Where the build of `variant` left an artifact.
    public func builtFile(of artifact: JournalEvent.ArtifactReference, variant: String) -> FilePath {
        buildFolder(of: variant).appending("artifacts").appending(artifact.subdir.name).appending(artifact.name.fileName)
    }

    /// The folder of a variant's build, by a name that is short enough for any file system.
    public func buildFolder(of variant: String) -> FilePath {
        builds.appending(variant.utf8.count <= 100 ? variant : String(variant.prefix(64)) + "-" + SHA256Digest(of: variant).hexadecimal.prefix(16))
    }
}

extension RecipeFolder {
    /// Lays the files out in a folder that is there and empty.
    func write(to folder: FilePath) throws(FileError) {
        for file in files {
            let path = folder.pushing(FilePath(file.path))
            try path.removingLastComponent().createDirectory()
            try path.replaceContents(with: file.content)
        }
    }
}
