/// Something about a feedstock that a person should know before hours are spent on it.
public enum Oddity: Hashable, Sendable, CustomStringConvertible {
    case dirtyTree([String])
    case otherCommit(expected: String, found: String)
    /// The pull request has got commits since the one that was asked for.
    case pullRequestMoved(number: Int, head: String, expected: String)
    case notRendered
    /// What rendering is made from was changed in a later commit than what rendering makes.
    case renderedBefore([String])
    case noBuildScript
    case unknownTool(String)
    case toolDoesNotReadRecipe(tool: String, recipe: String)
    case twoRecipes
    case noImage(variant: String)
    /// A v0 recipe needs conda-build inside of the image, which conda-forge's images bring.
    case imageMayLackCondaBuild(variant: String, image: String)
    case noTarget(variant: String)
    case severalLabels(variant: String, [String])
    case unreadNames([String])
    case noRemote
    case namesDiffer([String])

    /// What is built could not be told from what was reviewed, or cannot be built at all.
    public var isRefusal: Bool {
        switch self {
        case .dirtyTree, .otherCommit, .notRendered, .unknownTool, .toolDoesNotReadRecipe, .severalLabels: true
        case .pullRequestMoved, .renderedBefore, .noBuildScript, .twoRecipes, .noImage, .imageMayLackCondaBuild, .noTarget, .unreadNames, .noRemote,
            .namesDiffer:
            false
        }
    }

    public var description: String {
        switch self {
        case .dirtyTree(let paths): "the checkout is not what the commit holds: \(Self.list(paths))"
        case .otherCommit(let expected, let found): "`\(found)` is checked out, not `\(expected)`"
        case .pullRequestMoved(let number, let head, let expected):
            "pull request \(number) is at `\(head.prefix(12))` now, not at `\(expected.prefix(12))`: what was approved may not be what is merged"
        case .renderedBefore(let paths): "\(Self.list(paths)) changed after the feedstock was rendered last"
        case .notRendered: "the feedstock has no `.ci_support/*.yaml`: it was never rendered"
        case .noBuildScript: "the feedstock has no `.scripts/run_docker_build.sh`, so our own script builds it"
        case .unknownTool(let name): "`conda_build_tool` is `\(name)`, which is not known here"
        case .toolDoesNotReadRecipe(let tool, let recipe): "the feedstock builds with `\(tool)`, which does not read `\(recipe)`"
        case .twoRecipes: "the feedstock has both `recipe.yaml` and `meta.yaml`; the one that its build tool reads counts"
        case .noImage(let variant): "the variant `\(variant)` names no `docker_image`"
        case .imageMayLackCondaBuild(let variant, let image):
            "the variant `\(variant)` builds a `meta.yaml` in `\(image)`, which is none of conda-forge's images and may have no conda-build"
        case .noTarget(let variant): "the variant `\(variant)` names no `channel_targets`, so nothing says for which label it is"
        case .severalLabels(let variant, let labels): "the variant `\(variant)` is for several labels: \(Self.list(labels))"
        case .unreadNames(let names): "these output names can only be read by the build tool: \(Self.list(names))"
        case .noRemote: "the checkout has no remote, so the record cannot say where the recipe is from"
        case .namesDiffer(let names): "the feedstock's name is given in different ways: \(Self.list(names))"
        }
    }

    /// What to do about it.
    public var advice: String? {
        switch self {
        case .dirtyTree: "commit or remove them; `git status --ignored` shows most of them"
        case .otherCommit(let expected, _): "check out `\(expected)`, the pull request's head"
        case .pullRequestMoved: "ask for a new approval, or make sure that the newer commits change nothing of the build"
        case .renderedBefore: "rerender it: `conda smithy rerender`; the variants may be those of before the change"
        case .notRendered: "rerender it: `conda smithy rerender`"
        case .severalLabels: "leave one in `recipe/conda_build_config.yaml` and rerender"
        case .noRemote: "`git remote add origin` with the feedstock's address"
        default: nil
        }
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(8).map { "`\($0)`" }.joined(separator: ", ")
        return names.count > 8 ? shown + " and \(names.count - 8) more" : shown
    }
}
