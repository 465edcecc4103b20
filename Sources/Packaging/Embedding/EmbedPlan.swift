import Foundation
import JSONReading

/// What changes in `info/`: files that are replaced in their place, and files that are added behind the last one.
struct EmbedPlan {
    /// By their paths in the artifact.
    private(set) var replacements: [String: Data] = [:]
    private(set) var additions: [InfoFolder.File] = []
    let recipe: EmbedResult.Recipe
    private(set) var changes: [String] = []

    /// The time of files that are added, where nothing says better: 2023-01-01T00:00:00Z, as rattler-build has it.
    private static let addedTime: Int64 = 1_672_531_200

    init(info: InfoFolder, commit: RecipeTree, provenance: SourceProvenance?) throws(PackagingError) {
        guard info["index.json"] != nil else { throw .missingInfoFile("index.json") }
        if let embedded = info.recipe() {
            let differences = RecipeComparison(embedded: embedded, commit: commit).differences()
            guard differences.isEmpty else { throw .recipeDiffers(differences) }
            recipe = .proved
        } else {
            recipe = .added
            for file in commit.files { add("recipe/" + file.path, file.contents, mode: file.isExecutable ? 0o755 : 0o644) }
        }
        if let provenance { try set(provenance, in: info) }
    }

    private mutating func add(_ path: String, _ contents: Data, mode: UInt32 = 0o644) {
        additions.append(.init(path: path, contents: contents, mode: mode, modified: Self.addedTime))
        changes.append("added `info/\(path)`")
    }

    private mutating func set(_ provenance: SourceProvenance, in info: InfoFolder) throws(PackagingError) {
        var about: [JSONValue.Member] = []
        if let value = try info.json("about.json") {
            guard let members = value.object else { throw .badJSON(file: "info/about.json", .shape("an object is expected")) }
            about = members
        }
        let oldExtra = about.first { $0.key == "extra" }?.value
        var extra = oldExtra?.object ?? []
        var lines: [String] = []
        for (key, value) in [("sha", provenance.sha), ("remote_url", provenance.remoteURL), ("flow_run_id", provenance.runID)] {
            let old = extra.first { $0.key == key }?.value
            guard old?.string != value else { continue }
            extra.set(key, .string(value))
            let was = old?.string.map { $0.isEmpty ? " (was empty)" : " (was `\($0.shown)`)" } ?? ""
            lines.append("set `extra.\(key)` in `info/about.json`\(was)")
        }
        guard !lines.isEmpty else { return }
        about.set("extra", .object(extra))
        let contents = JSONValue.object(about).serialized(.pretty) + Data("\n".utf8)
        if info["about.json"] != nil { replacements["info/about.json"] = contents } else { add("about.json", contents) }
        changes += lines
    }
}

extension [JSONValue.Member] {
    /// Replaces the member in its place, or puts it at the end.
    fileprivate mutating func set(_ key: String, _ value: JSONValue) {
        let member = JSONValue.Member(key, value)
        if let place = firstIndex(where: { $0.key == key }) { self[place] = member } else { append(member) }
    }
}
