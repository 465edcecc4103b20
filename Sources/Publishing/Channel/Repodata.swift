public import Basics
import Conda
import JSONReading

/// A subdir of a channel as its `repodata.json` lists it.
public struct Repodata: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let path: ArtifactPath
        public let sha256: SHA256Digest
        public let byteCount: Int64?
        public let buildNumber: Int64?
        public let depends: [String]
    }

    /// Sorted by name.
    public let entries: [Entry]
    /// What is listed and cannot be used, with the reason: such a file can be neither tested nor verified.
    public let unreadable: [String]

    init(entries: [Entry], unreadable: [String]) {
        self.entries = entries
        self.unreadable = unreadable
    }

    init(parsing value: JSONValue, subdir: Subdir) throws(PublishingError) {
        let action = "list `\(subdir)`"
        guard value.object != nil else { throw .badAnswer(action: action, reason: "it is no repodata") }
        var entries: [Entry] = []
        var unreadable: [String] = []
        for key in ["packages", "packages.conda"] {
            guard let section = value[key] else { continue }
            guard let members = section.object else { throw .badAnswer(action: action, reason: "its `\(key)` is no list") }
            for member in members {
                do throws(Flaw) { entries.append(try Self.entry(member, subdir)) } catch {
                    unreadable.append("`\(member.key.prefix(200))`: \(error.reason)")
                }
            }
        }
        self.entries = entries.sorted { $0.path.name.fileName < $1.path.name.fileName }
        self.unreadable = unreadable.sorted()
    }

    private struct Flaw: Error { let reason: String }

    private static func entry(_ member: JSONValue.Member, _ subdir: Subdir) throws(Flaw) -> Entry {
        let record = member.value
        let name: ArtifactName
        do { name = try ArtifactName(parsing: member.key) } catch { throw Flaw(reason: error.message) }
        for (key, value) in [("name", name.package), ("version", name.version), ("build", name.build)] where record[key]?.string != value {
            throw Flaw(reason: "its record has another `\(key)` than its file name")
        }
        if let listed = record["subdir"]?.string, listed != subdir.name { throw Flaw(reason: "its record has another `subdir` than its folder") }
        guard let sha256 = record["sha256"]?.string.flatMap({ SHA256Digest(parsing: $0) }) else { throw Flaw(reason: "its record holds no SHA-256") }
        return Entry(
            path: ArtifactPath(name, in: subdir), sha256: sha256, byteCount: record["size"]?.integer, buildNumber: record["build_number"]?.integer,
            depends: record["depends"]?.array?.compactMap(\.string) ?? [])
    }
}
