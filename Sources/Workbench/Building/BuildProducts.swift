import Conda
import Cryptography
import Files
import JSONReading
import SystemPackage

/// The packages below `build_artifacts`, told apart from those of earlier builds by size and time.
struct BuildProducts: Hashable, Codable {
    struct Mark: Hashable, Codable {
        var byteCount: Int
        var modified: Int64
    }

    /// By path relative to `build_artifacts`.
    var files: [String: Mark] = [:]

    init(scanning root: FilePath) throws(FileError) {
        guard root.exists else { return }
        for folder in try root.children() where folder.isDirectory {
            let name = folder.lastComponent?.string ?? ""
            guard name == "broken" || (try? Subdir(parsing: name)) != nil else { continue }
            for file in try folder.children() where file.isRegularFile {
                guard let fileName = file.lastComponent?.string, (try? ArtifactName(parsing: fileName)) != nil else { continue }
                files["\(name)/\(fileName)"] = Mark(byteCount: try file.byteCount(), modified: try file.modificationSeconds())
            }
        }
    }

    /// What is here and was not in `before`, or is another file now, with digests.
    func new(since before: BuildProducts, in root: FilePath) throws(FileError) -> (artifacts: [BuildOutcome.Product], broken: [BuildOutcome.Product])
    {
        var artifacts: [BuildOutcome.Product] = []
        var broken: [BuildOutcome.Product] = []
        for (relative, mark) in files.sorted(by: { $0.key < $1.key }) where before.files[relative] != mark {
            let path = root.pushing(FilePath(relative))
            guard let folder = relative.split(separator: "/").first, let fileName = path.lastComponent?.string,
                let name = try? ArtifactName(parsing: fileName)
            else { continue }
            let digests = try FileDigests.compute(path)
            let product = BuildOutcome.Product(
                path: path.string, subdir: try? Subdir(parsing: folder), name: name, sha256: digests.sha256, byteCount: digests.byteCount)
            if folder == "broken" { broken.append(product) } else { artifacts.append(product) }
        }
        return (artifacts, broken)
    }
}
