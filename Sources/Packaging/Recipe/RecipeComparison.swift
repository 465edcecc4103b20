/// Compares the recipe that an artifact carries with the commit's, allowing for what build tools do to it.
///
/// conda-build writes the rendered recipe as `meta.yaml` and keeps the original as `meta.yaml.template`, overwrites
/// `conda_build_config.yaml` with the whole variant, and puts the recipe of a multi-output feedstock into `parent/`;
/// rattler-build calls the recipe `recipe.yaml` whatever it was called, and adds what it rendered.
struct RecipeComparison {
    let embedded: RecipeTree
    let commit: RecipeTree

    /// Files that a tool writes beside the recipe, or over a file of the same name. A recipe of the other kind is never among them:
    /// an artifact that carries both says two things.
    private var generated: Set<String> {
        commit["meta.yaml"] == nil
            ? ["recipe.yaml", "rendered_recipe.yaml", "variant_config.yaml", "recipe-scripts-license.txt"]
            : ["meta.yaml", "meta.yaml.template", "conda_build_config.yaml", "recipe-scripts-license.txt"]
    }
    /// Files that a tool may have overwritten; all others are compared even when their names are in `generated`.
    private static let rewritten: Set<String> = ["conda_build_config.yaml", "variant_config.yaml", "rendered_recipe.yaml"]

    func differences() -> [RecipeDifference] {
        var differences: [RecipeDifference] = []
        var expected: Set<String> = []
        for file in commit.files {
            expected.insert(file.path)
            if Self.rewritten.contains(file.path) { continue }
            let candidates = candidates(for: file.path)
            guard let first = candidates.first else {
                // rattler-build leaves hidden files out.
                if file.path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) { continue }
                differences.append(.missing(file.path))
                continue
            }
            if first.contents != file.contents { differences.append(.changed(file.path)) }
        }
        for file in embedded.files {
            let inner = file.path.hasPrefix("parent/") ? String(file.path.dropFirst("parent/".count)) : file.path
            if expected.contains(file.path) || expected.contains(inner) || generated.contains(inner) { continue }
            differences.append(.added(file.path))
        }
        return differences
    }

    /// Where the artifact may hold the commit's file: the original of the recipe itself before its rendered form.
    private func candidates(for path: String) -> [RecipeTree.File] {
        var names = [path]
        if path == "meta.yaml" { names = ["parent/meta.yaml.template", "parent/meta.yaml", "meta.yaml.template", "meta.yaml"] }
        if path != "meta.yaml" { names.append("parent/" + path) }
        return names.compactMap { embedded[$0] }
    }
}
