import Basics
import Files
import Foundation
public import SystemPackage
import YAMLReading

/// A feedstock's checkout, read at its commit.
///
/// Everything here comes from the commit that is checked out, not from the files that lie around it; where the two differ there is an oddity.
public struct Feedstock: Sendable {
    public let root: FilePath
    /// Without `-feedstock`.
    public let name: String
    public let checkout: Checkout
    public let settings: FeedstockSettings
    public let recipe: RecipeOutline
    public let recipeFolder: RecipeFolder
    /// Sorted by their names.
    public let variants: [Variant]
    /// The feedstock's own `.scripts/run_docker_build.sh` is there.
    public let hasBuildScript: Bool
    public let hasBuildLocally: Bool
    public let oddities: [Oddity]

    public var refusals: [Oddity] { oddities.filter(\.isRefusal) }

    /// The variant called `name`, by its config's name or its identifier.
    public func variant(named name: String) throws(FeedstockError) -> Variant {
        if let variant = variants.first(where: { $0.configName == name || $0.identifier == name }) { return variant }
        let known = variants.map(\.configName)
        throw .unknownVariant(name, known: known, nearest: name.nearest(of: known))
    }

    /// Reads the checkout at `path`, its root. `commit` is what it should be at: the pull request's head, whole or its beginning.
    ///
    /// A feedstock that may not be built as it stands is still opened, with `refusals` that say why.
    public static func open(
        _ path: FilePath, expecting commit: String? = nil, pullRequest: PullRequest? = nil
    ) async throws(FeedstockError) -> Feedstock {
        let root = path.absolute
        guard root.isDirectory else { throw .notThere(root) }
        let repository = GitRepository(root: root)
        var checkout = try await Checkout.read(repository, at: root)
        let tree = try await CommittedFiles.read(repository, commit: checkout.commit) { $0 == FeedstockSettings.fileName }
        guard let text = tree.content(FeedstockSettings.fileName) else {
            let hasRecipe = RecipeOutline.Format.allFileNames.contains { tree.paths.contains("recipe/\($0)") }
            throw .notAFeedstock(root, missing: [FeedstockSettings.fileName] + (hasRecipe ? [] : ["recipe/recipe.yaml"]))
        }
        let settings = try FeedstockSettings(text)
        let folder = settings.recipeFolder
        let files = try await CommittedFiles.read(repository, commit: checkout.commit) { path in
            [folder + "/", ".ci_support/", ".scripts/"].contains { path.hasPrefix($0) }
                || [FeedstockSettings.fileName, "build-locally.py", ".gitattributes"].contains(path)
        }
        do { checkout = checkout.adding(dirtyFiles: try files.differences(from: root, closedFolders: [folder, ".ci_support", ".scripts"])) } catch {
            throw .file(error)
        }
        let recipeFolder = try RecipeFolder.read(folder, in: files)
        let recipe = try outline(recipeFolder, settings, root: root)
        let (name, names) = names(recipe, checkout, root)
        let variants = try variants(files)

        var oddities = try await commitOddities(repository, checkout, expecting: commit ?? pullRequest?.head)
        oddities += Self.oddities(settings, recipe, recipeFolder, variants)
        oddities += try await renderOddities(repository, checkout.commit, recipeFolder: folder)
        if let pullRequest, let commit, !pullRequest.head.hasPrefix(commit), pullRequest.head != checkout.commit {
            oddities.append(.pullRequestMoved(number: pullRequest.number, head: pullRequest.head, expected: checkout.commit))
        }
        if !files.paths.contains(".scripts/run_docker_build.sh") { oddities.append(.noBuildScript) }
        if names.count > 1 { oddities.append(.namesDiffer(names)) }
        return Feedstock(
            root: root, name: name, checkout: checkout, settings: settings, recipe: recipe, recipeFolder: recipeFolder, variants: variants,
            hasBuildScript: files.paths.contains(".scripts/run_docker_build.sh"), hasBuildLocally: files.paths.contains("build-locally.py"),
            oddities: oddities)
    }

    private static func outline(_ folder: RecipeFolder, _ settings: FeedstockSettings, root: FilePath) throws(FeedstockError) -> RecipeOutline {
        let formats: [RecipeOutline.Format] = settings.buildTool == .rattlerBuild ? [.v1, .v0] : [.v0, .v1]
        guard let format = formats.first(where: { folder[$0.fileName] != nil }), let file = folder[format.fileName] else {
            throw .notAFeedstock(root, missing: formats.map { "\(settings.recipeFolder)/\($0.fileName)" })
        }
        switch format {
        case .v0: return MetaYAML(file.content).outline
        case .v1:
            do { return try RecipeYAML(file.content).outline } catch { throw .yaml(file: "\(settings.recipeFolder)/\(format.fileName)", error) }
        }
    }

    private static func variants(_ files: CommittedFiles) throws(FeedstockError) -> [Variant] {
        var variants: [Variant] = []
        // Migrations lie in a folder below, and the README is no YAML.
        for path in files.paths(in: ".ci_support") where path.hasSuffix(".yaml") && path.split(separator: "/").count == 2 {
            guard let content = files.content(path) else { continue }
            variants.append(try Variant(configName: String(path.dropFirst(".ci_support/".count).dropLast(".yaml".count)), content: content))
        }
        return variants
    }

    /// The recipe's word counts first, then the remote's, then the folder's; all that differ are returned as well.
    private static func names(_ recipe: RecipeOutline, _ checkout: Checkout, _ root: FilePath) -> (String, [String]) {
        func stem(_ text: String) -> String? {
            var text = text[...]
            if text.hasSuffix(".git") { text = text.dropLast(4) }
            return text.hasSuffix("-feedstock") ? String(text.dropLast("-feedstock".count)) : nil
        }
        let remote = checkout.remoteURL?.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init)
        let folder = root.lastComponent?.string ?? ""
        let candidates = [recipe.feedstockName, remote.flatMap(stem), stem(folder)].compactMap { $0 }
        var seen: Set<String> = []
        return (candidates.first ?? recipe.outputs.first { $0.isResolved }?.name ?? folder, candidates.filter { seen.insert($0).inserted })
    }
}

extension RecipeOutline.Format {
    static let allFileNames = [RecipeOutline.Format.v1.fileName, RecipeOutline.Format.v0.fileName]
}
