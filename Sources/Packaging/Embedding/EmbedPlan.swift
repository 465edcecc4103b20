import Foundation
import JSONReading

/// What `info/` becomes: the same files in the same order, with the recipe and the provenance in them.
struct EmbedPlan {
    let files: [InfoFolder.File]
    let recipe: EmbedResult.Recipe
    let changes: [String]

    /// The time of files that are added, where nothing says better: 2023-01-01T00:00:00Z, as rattler-build has it.
    private static let addedTime: Int64 = 1_672_531_200

    init(info: InfoFolder, commit: RecipeTree, provenance: SourceProvenance?) throws(PackagingError) {
        var changes: [String] = []
        var files = info.files
        if let embedded = info.recipe() {
            let differences = RecipeComparison(embedded: embedded, commit: commit).differences()
            guard differences.isEmpty else { throw .recipeDiffers(differences) }
            recipe = .proved
        } else {
            recipe = .added
            for file in commit.files {
                files.append(.init(path: "recipe/" + file.path, contents: file.contents, mode: 0o644, modified: Self.addedTime))
                changes.append("added `info/recipe/\(file.path)`")
            }
        }
        if let provenance { try Self.set(provenance, in: &files, &changes) }
        self.files = files
        self.changes = changes
    }

    private static func set(_ provenance: SourceProvenance, in files: inout [InfoFolder.File], _ changes: inout [String]) throws(PackagingError) {
        let place = files.firstIndex { $0.path == "about.json" }
        var about: [JSONValue.Member] = []
        if let place {
            do throws(JSONError) {
                let value = try JSONValue(parsing: files[place].contents)
                guard case .object(let members) = value else { throw .shape("an object is expected") }
                about = members
            } catch { throw .badJSON(file: "info/about.json", error) }
        }
        let oldExtra = about.first { $0.key == "extra" }?.value
        var extra = oldExtra?.object ?? []
        for (key, value) in [("sha", provenance.sha), ("remote_url", provenance.remoteURL), ("flow_run_id", provenance.runID)] {
            let old = extra.first { $0.key == key }?.value
            guard old?.string != value else { continue }
            extra.set(key, .string(value))
            let was = old?.string.map { $0.isEmpty ? " (was empty)" : " (was `\($0.shown)`)" } ?? ""
            changes.append("set `extra.\(key)` in `info/about.json`\(was)")
        }
        guard oldExtra?.object != extra else { return }
        about.set("extra", .object(extra))
        let contents = JSONValue.object(about).serialized(.pretty) + Data("\n".utf8)
        if let place {
            let old = files[place]
            files[place] = .init(path: old.path, contents: contents, mode: old.mode, modified: old.modified)
        } else {
            files.append(.init(path: "about.json", contents: contents, mode: 0o644, modified: addedTime))
            changes.append("added `info/about.json`")
        }
    }
}

extension [JSONValue.Member] {
    /// Replaces the member in its place, or puts it at the end.
    fileprivate mutating func set(_ key: String, _ value: JSONValue) {
        let member = JSONValue.Member(key, value)
        if let place = firstIndex(where: { $0.key == key }) { self[place] = member } else { append(member) }
    }
}
