import Foundation

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
    private static let prefixes = ["==> ", "##[group]", "::group::"]
    /// By the first byte: most lines begin with another one.
    private static let isFirst: [Bool] = {
        var table = [Bool](repeating: false, count: 256)
        for byte in (prefixes + known).compactMap(\.utf8.first) { table[Int(byte)] = true }
        return table
    }()

    static func title(in line: UnsafeRawBufferPointer) -> String? {
        guard let first = line.first, isFirst[Int(first)], line.count <= 220 else { return nil }
        return title(in: String(decoding: line, as: UTF8.self))
    }

    static func title(in line: String) -> String? {
        for prefix in prefixes where line.hasPrefix(prefix) {
            let title = line.dropFirst(prefix.count)
            return title.isEmpty || title.utf8.count > 200 ? nil : String(title)
        }
        return known.contains(line) ? line : nil
    }
}
