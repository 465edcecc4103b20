import Conda
import Processes

extension Feedstock {
    static func commitOddities(_ repository: GitRepository, _ checkout: Checkout, expecting commit: String?) async throws(FeedstockError) -> [Oddity]
    {
        var oddities: [Oddity] = []
        if !checkout.dirtyFiles.isEmpty { oddities.append(.dirtyTree(checkout.dirtyFiles)) }
        if let commit {
            guard commit.count >= 7, commit.allSatisfy(\.isHexDigit), let full = try await repository.commit(commit) else {
                throw .unknownCommit(commit)
            }
            if full != checkout.commit { oddities.append(.otherCommit(expected: full, found: checkout.commit)) }
        }
        if checkout.remoteURL == nil { oddities.append(.noRemote) }
        return oddities
    }

    /// Whether the commit that last changed a source of rendering is younger than the one that last changed what rendering makes.
    static func renderOddities(_ repository: GitRepository, _ commit: String, recipeFolder: String) async throws(FeedstockError) -> [Oddity] {
        func last(_ paths: [String]) async throws(FeedstockError) -> String {
            try await repository.line(["log", "-1", "--format=%H", commit, "--"] + paths)
        }
        let made = try await last([".ci_support", ".scripts"])
        guard !made.isEmpty else { return [] }
        var changed: [String] = []
        for source in ["conda-forge.yml", "\(recipeFolder)/conda_build_config.yaml"] {
            let commit = try await last([source])
            guard !commit.isEmpty, commit != made else { continue }
            if try await repository.run(["merge-base", "--is-ancestor", made, commit]).exit.isSuccess { changed.append(source) }
        }
        return changed.isEmpty ? [] : [.renderedBefore(changed)]
    }

    static func oddities(_ settings: FeedstockSettings, _ recipe: RecipeOutline, _ folder: RecipeFolder, _ variants: [Variant]) -> [Oddity] {
        var oddities: [Oddity] = []
        if variants.isEmpty { oddities.append(.notRendered) }
        if folder[RecipeOutline.Format.v0.fileName] != nil, folder[RecipeOutline.Format.v1.fileName] != nil { oddities.append(.twoRecipes) }
        switch (settings.buildTool, recipe.format) {
        case (.other(let name), _): oddities.append(.unknownTool(name))
        case (.rattlerBuild, .v0), (.condaBuild, .v1), (.mambabuild, .v1):
            oddities.append(.toolDoesNotReadRecipe(tool: settings.buildTool.description, recipe: recipe.format.fileName))
        default: break
        }
        if !recipe.unresolvedNames.isEmpty { oddities.append(.unreadNames(recipe.unresolvedNames)) }
        for variant in variants {
            if variant.channelTargets.isEmpty { oddities.append(.noTarget(variant: variant.configName)) }
            if variant.labels.count > 1 { oddities.append(.severalLabels(variant: variant.configName, variant.labels.map(\.name))) }
            guard variant.subdir.name.hasPrefix("linux-") else { continue }
            if let image = variant.dockerImage ?? settings.docker.fallbackImage {
                if recipe.format == .v0, !image.contains("condaforge/") {
                    oddities.append(.imageMayLackCondaBuild(variant: variant.configName, image: image))
                }
            } else {
                oddities.append(.noImage(variant: variant.configName))
            }
        }
        return oddities
    }
}
