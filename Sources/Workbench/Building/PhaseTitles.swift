/// Finds the titles that build scripts print before each group of lines.
///
/// With `CI=azure` a title is `##[group]TITLE`, with `CI=github_actions` `::group::TITLE`; our own scripts write `==> TITLE`. conda-smithy's write the title
/// alone where they know no provider, so its own titles are known by name.
enum PhaseTitles {
    private static let known: Set<String> = [
        "Configure Docker", "Start Docker", "Configuring conda", "Provisioning base env with micromamba", "Provisioning base env with pixi",
        "Building recipe",
        "Running conda debug", "Running rattler-build debug", "Inspecting artifacts", "Validating outputs", "Uploading packages", "Final checks",
        "Installing a fresh version of Miniforge",
    ]

    static func title(in line: String) -> String? {
        for prefix in ["==> ", "##[group]", "::group::"] where line.hasPrefix(prefix) {
            let title = line.dropFirst(prefix.count)
            return title.isEmpty || title.utf8.count > 200 ? nil : String(title)
        }
        return known.contains(line) ? line : nil
    }
}
