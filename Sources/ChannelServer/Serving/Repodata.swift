import Basics
import Conda
import Foundation
import JSONReading

/// `repodata.json` of a label's subdir (CEP 36): each file's own index with its digests and size.
enum Repodata {
    static func make(subdir: Subdir, files: [StoredFile]) throws -> Data {
        var packages: [JSONValue.Member] = []
        var condaPackages: [JSONValue.Member] = []
        for file in files where file.subdir == subdir {
            let member = JSONValue.Member(file.fileName.fileName, try record(of: file))
            if file.fileName.format == .conda { condaPackages.append(member) } else { packages.append(member) }
        }
        let document: JSONValue = [
            "info": ["subdir": .string(subdir.name)], "packages": .object(packages), "packages.conda": .object(condaPackages), "removed": [],
            "repodata_version": 1,
        ]
        return document.serialized()
    }

    /// What the channel knows wins over what the index claims.
    private static func record(of file: StoredFile) throws -> JSONValue {
        let known: [JSONValue.Member] = [
            .init("subdir", .string(file.subdir.name)), .init("sha256", .string(file.sha256.hexadecimal)),
            .init("md5", .string(file.md5.hexadecimal)),
            .init("size", .integer(file.byteCount)),
        ]
        let claimed = try JSONValue(parsing: file.indexJSON).object?.filter { member in !known.contains { $0.key == member.key } } ?? []
        return .object((claimed + known).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
    }
}
