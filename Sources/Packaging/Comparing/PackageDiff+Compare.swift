import Basics
import Cryptography
import JSONReading
import SystemPackage

extension PackageDiff {
    /// Reads both artifacts, side by side, through the gate.
    public static func between(_ old: Artifact, _ new: Artifact) throws(PackagingError) -> PackageDiff {
        let (first, second) = Concurrent.both({ Reading.of(old) }, { Reading.of(new) })
        return PackageDiff(try first.get(), try second.get())
    }

    /// All that is needed of one artifact.
    struct Reading: Sendable {
        let side: Side
        let records: [String: DiffVisitor.Record]
        let elf: [String: ELFFacts]
        let info: [String: SHA256Digest]
        let index: JSONValue?
        let about: JSONValue?

        static func of(_ artifact: Artifact) -> Result<Reading, PackagingError> {
            Result { () throws(PackagingError) in
                var visitor = DiffVisitor()
                try artifact.visit(with: &visitor)
                let info = InfoFolder(files: visitor.info.files)
                let digests = try artifact.digests()
                return Reading(
                    side: .init(fileName: artifact.path.lastComponent?.string ?? "", sha256: digests.sha256, byteCount: digests.byteCount),
                    records: visitor.records, elf: visitor.elf,
                    info: Dictionary(info.files.map { ($0.path, SHA256Digest(of: $0.contents)) }, uniquingKeysWith: { first, _ in first }),
                    index: try info.json("index.json"), about: try info.json("about.json"))
            }
        }
    }

    init(_ old: Reading, _ new: Reading) {
        self.old = old.side
        self.new = new.side
        func listed(_ path: String, _ record: DiffVisitor.Record) -> ListedFile {
            ListedFile(path: path, kind: record.kind, size: record.size, sha256: record.sha256)
        }
        added = new.records.filter { old.records[$0.key] == nil }.map(listed).sorted { $0.path < $1.path }
        removed = old.records.filter { new.records[$0.key] == nil }.map(listed).sorted { $0.path < $1.path }
        changed = old.records.compactMap { path, before -> FileChange? in
            guard let after = new.records[path], after != before else { return nil }
            let hasOtherMode = before.mode != after.mode
            return FileChange(
                path: path, oldKind: before.kind, newKind: after.kind, oldSize: before.size, newSize: after.size, oldSHA256: before.sha256,
                newSHA256: after.sha256, oldMode: hasOtherMode ? before.mode : nil, newMode: hasOtherMode ? after.mode : nil)
        }.sorted { $0.path < $1.path }
        isSamePayload = added.isEmpty && removed.isEmpty && changed.isEmpty
        elf = changed.compactMap { change in
            guard let before = old.elf[change.path], let after = new.elf[change.path] else { return nil }
            let change = ELFChange(path: change.path, before, after)
            return change.isEmpty ? nil : change
        }
        metadata = Self.compare("index.json", old.index, new.index) + Self.compare("about.json", old.about, new.about)
        infoAdded = new.info.keys.filter { old.info[$0] == nil }.sorted()
        infoRemoved = old.info.keys.filter { new.info[$0] == nil }.sorted()
        infoChanged = old.info.filter { path, digest in new.info[path].map { $0 != digest } ?? false }.map(\.key).sorted()
    }

    /// Goes down into objects; everything else is compared whole.
    private static func compare(_ file: String, _ old: JSONValue?, _ new: JSONValue?, at key: String = "") -> [ValueChange] {
        guard old != new else { return [] }
        guard let before = old?.object, let after = new?.object else { return [ValueChange(file: file, key: key, old: old, new: new)] }
        var keys = before.map(\.key)
        keys += after.map(\.key).filter { key in !before.contains { $0.key == key } }
        return keys.sorted().flatMap { name in compare(file, old?[name], new?[name], at: key.isEmpty ? name : "\(key).\(name)") }
    }
}

extension PackageDiff.ELFChange {
    init(path: String, _ old: ELFFacts, _ new: ELFFacts) {
        func minus(_ left: [String], _ right: [String]) -> [String] { Set(left).subtracting(right).sorted() }
        self.path = path
        neededAdded = minus(new.needed, old.needed)
        neededRemoved = minus(old.needed, new.needed)
        exportedAdded = minus(new.exported, old.exported)
        exportedRemoved = minus(old.exported, new.exported)
        versions = Set(old.symbolVersions.keys).union(new.symbolVersions.keys).sorted().compactMap { name in
            let (before, after) = (old.symbolVersions[name], new.symbolVersions[name])
            return before == after ? nil : "\(name): \(before ?? "none") → \(after ?? "none")"
        }
    }
}
