import Basics
import Conda
import Cryptography

/// Compares a payload with `paths.json` (CEP 34), both ways.
struct PathsCheck {
    let paths: PathsJSON
    let payload: PayloadRecords

    func problems() -> [Problem] {
        var problems: [Problem] = []
        var listed: Set<String> = []
        var folders: Set<Substring> = []
        for entry in paths.paths {
            let path = entry.path
            guard (try? MemberPath.normalized(path)) == path, !path.hasPrefix("info/") else {
                problems.append(Problem(.badPathsEntry, path, "`paths.json` names a path that no payload may hold"))
                continue
            }
            guard listed.insert(path).inserted else {
                problems.append(Problem(.badPathsEntry, path, "`paths.json` names it twice"))
                continue
            }
            var above = path[...]
            while let slash = above.lastIndex(of: "/") {
                above = above[..<slash]
                if !folders.insert(above).inserted { break }
            }
            problems += judge(entry)
        }
        for (path, record) in payload.records where !listed.contains(path) {
            if record.kind == .directory, folders.contains(path[...]) { continue }
            problems.append(Problem(.unlisted, path, "the payload holds it and `paths.json` does not name it"))
        }
        return problems
    }

    private func judge(_ entry: PathsJSON.Entry) -> [Problem] {
        let path = entry.path
        guard let record = payload[path] else {
            // A folder need not be a member: it is there when something is in it.
            if entry.kind == .directory, payload.records.keys.contains(where: { $0.hasPrefix(path + "/") }) { return [] }
            return [Problem(.missing, path, "`paths.json` names it and the payload does not hold it")]
        }
        switch (entry.kind, record.kind) {
        case (.hardlink, .file): return compare(entry, record)
        case (.directory, .directory): return []
        case (.softlink, .link):
            // The digest is of what the link leads to; what lies in another package, or is a folder, cannot be looked at.
            guard let target = payload.file(behind: path), let sha256 = entry.sha256, sha256 != Self.emptyDigest else { return [] }
            return target.sha256 == sha256 ? [] : [Problem(.wrongDigest, path, "the file behind the link has another digest than `paths.json` says")]
        default: return [Problem(.wrongType, path, "it is a \(record.kind.word) and `paths.json` says `\(entry.kind.rawValue)`")]
        }
    }

    private func compare(_ entry: PathsJSON.Entry, _ record: PayloadRecord) -> [Problem] {
        var problems: [Problem] = []
        if let size = entry.size, size != record.size {
            problems.append(Problem(.wrongSize, entry.path, "it has \(record.size) bytes and `paths.json` says \(size)"))
        }
        if let expected = entry.sha256 {
            if expected != record.sha256 {
                problems.append(
                    Problem(.wrongDigest, entry.path, "its sha256 is `\(record.sha256?.hexadecimal ?? "")` and `paths.json` says `\(expected)`"))
            }
        } else {
            problems.append(Problem(.wrongDigest, entry.path, "`paths.json` gives no sha256 for it"))
        }
        return problems
    }

    private static let emptyDigest = SHA256Digest(of: [UInt8]())
}

extension PayloadRecord.Kind {
    var word: String {
        switch self {
        case .file: "file"
        case .directory: "folder"
        case .link: "symbolic link"
        }
    }
}
