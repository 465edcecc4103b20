import Conda

/// Compares `info/` with CEP 34.
struct InfoCheck {
    let info: InfoFolder
    /// Members of `info/` that are no files.
    let others: [ArtifactMember]

    /// CEP 34's files, and those that conda-build and rattler-build write beside them.
    private static let files: Set<String> = [
        "index.json", "paths.json", "about.json", "hash_input.json", "run_exports.json", "link.json", "git", "files", "has_prefix", "no_link",
        "no_softlink", "recipe_log.json", "LICENSE.txt", "icon.png", "package_metadata.json", "recipe.json", "meta.yaml",
    ]
    private static let folders = ["licenses/", "recipe/", "test/", "tests/", "info_json.d/"]

    func problems() -> [Problem] {
        var problems: [Problem] = []
        for required in ["index.json", "paths.json"] where info[required] == nil {
            problems.append(Problem(.missingInfo, "info/\(required)", "CEP 34 requires it"))
        }
        for file in info.files where !Self.files.contains(file.path) && !Self.folders.contains(where: file.path.hasPrefix) {
            problems.append(Problem(.unknownInfo, "info/\(file.path)", "CEP 34 knows no such file"))
        }
        for member in others { problems.append(Problem(.unknownInfo, member.path, "`info/` holds no links")) }
        if info["index.json"] != nil { problems += failure("index.json") { () throws(PackagingError) in _ = try info.index() } }
        for name in ["about.json", "hash_input.json", "run_exports.json"] {
            problems += failure(name) { () throws(PackagingError) in _ = try info.json(name) }
        }
        return problems
    }

    private func failure(_ name: String, _ body: () throws(PackagingError) -> Void) -> [Problem] {
        do throws(PackagingError) { try body() } catch { return [Problem(.badInfo, "info/\(name)", error.message)] }
        return []
    }
}
