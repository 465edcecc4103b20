import Basics

/// What is remembered of a payload member: enough to judge it against `paths.json`, never its bytes.
struct PayloadRecord: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case file
        case directory
        case link(target: String)
    }
    var kind: Kind
    var size: Int64
    /// Of files.
    var sha256: SHA256Digest?
}

/// Every payload member by its path; a hard link is its target's equal.
struct PayloadRecords: Sendable {
    private(set) var records: [String: PayloadRecord] = [:]

    mutating func add(_ member: ArtifactMember, sha256: SHA256Digest?) {
        switch member.kind {
        case .file: records[member.path] = PayloadRecord(kind: .file, size: member.size, sha256: sha256)
        case .directory: records[member.path] = PayloadRecord(kind: .directory, size: 0)
        case .symbolicLink(let target): records[member.path] = PayloadRecord(kind: .link(target: target), size: 0)
        case .hardLink(let target): records[member.path] = records[target]
        }
    }

    subscript(path: String) -> PayloadRecord? { records[path] }

    /// The file that a link leads to inside the package; nil if it leads to a folder or to nothing in the package.
    func file(behind path: String) -> PayloadRecord? {
        var path = path
        for _ in 0..<40 {
            guard let record = records[path] else { return nil }
            guard case .link(let target) = record.kind else { return record.kind == .file ? record : nil }
            var place = path.split(separator: "/").dropLast()
            for part in target.split(separator: "/") where part != "." {
                if part == ".." { _ = place.popLast() } else { place.append(part) }
            }
            path = place.joined(separator: "/")
        }
        return nil
    }
}
