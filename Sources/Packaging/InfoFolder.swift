public import Conda
public import Cryptography
public import Foundation
public import JSONReading

/// The files of an artifact's `info/`, in memory, in the order of the archive.
public struct InfoFolder: Sendable {
    public struct File: Hashable, Sendable {
        /// Relative to `info/`.
        public let path: String
        public let contents: Data
        /// Permission bits.
        public let mode: UInt32
        /// Seconds since 1970.
        public let modified: Int64
    }

    public let files: [File]

    /// The file at `path`, which is relative to `info/`.
    public subscript(path: String) -> File? { files.first { $0.path == path } }

    /// The files below a folder such as `recipe`, with their paths relative to it.
    public func files(in folder: String) -> [File] {
        files.compactMap { file in
            guard file.path.hasPrefix(folder + "/") else { return nil }
            return File(path: String(file.path.dropFirst(folder.count + 1)), contents: file.contents, mode: file.mode, modified: file.modified)
        }
    }

    /// `info/index.json`.
    public func index() throws(PackagingError) -> IndexJSON { try decode(IndexJSON.self, "index.json") }

    /// `info/paths.json`.
    public func paths() throws(PackagingError) -> PathsJSON { try decode(PathsJSON.self, "paths.json") }

    /// A JSON file of `info/` as it was written, or nil if it is not there.
    public func json(_ path: String) throws(PackagingError) -> JSONValue? {
        guard let file = self[path] else { return nil }
        do throws(JSONError) { return try JSONValue(parsing: file.contents, limits: .init(bytes: 256 << 20)) } catch {
            throw .badJSON(file: "info/\(path)", error)
        }
    }

    /// The recipe that the artifact carries, or nil if it carries none.
    public func recipe() -> RecipeTree? {
        let files = files(in: "recipe")
        return files.isEmpty ? nil : RecipeTree(files: files.map { .init(path: $0.path, contents: $0.contents, isExecutable: $0.mode & 0o111 != 0) })
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ path: String) throws(PackagingError) -> Value {
        guard let file = self[path] else { throw .missingInfoFile(path) }
        do throws(JSONError) { return try StrictJSON.decode(type, from: file.contents, limits: .init(bytes: 256 << 20)) } catch {
            throw .badJSON(file: "info/\(path)", error)
        }
    }
}

extension Artifact {
    /// Reads all of `info/` into memory, within the limit on it; links in it, which nothing writes, are left out.
    public func info() throws(PackagingError) -> InfoFolder {
        var collector = InfoCollector()
        try visit(.info, with: &collector)
        return InfoFolder(files: collector.files)
    }

    /// The bytes of one file of `info/`, such as `index.json`, or nil if it is not there.
    public func infoFile(_ path: String) throws(PackagingError) -> Data? { try info()[path]?.contents }

    /// What the artifact says of itself, and the digests of the file.
    public func summary() throws(PackagingError) -> ArtifactSummary {
        let index = try info().index()
        let name: ArtifactName
        do throws(ArtifactNameError) {
            name = try ArtifactName(package: index.name, version: index.version, build: index.build, format: format)
        } catch { throw .name(error) }
        return ArtifactSummary(name: name, index: index, digests: try digests())
    }
}

/// The least that everybody needs to know of an artifact.
public struct ArtifactSummary: Hashable, Sendable, Codable {
    /// From `index.json`, not from the file's name.
    public let name: ArtifactName
    public let index: IndexJSON
    public let digests: FileDigests
}

struct InfoCollector: MemberVisitor {
    var files: [InfoFolder.File] = []
    var contents = Data()
    var places: [String: Int] = [:]

    mutating func begin(_ member: ArtifactMember) { contents = Data() }
    mutating func take(_ bytes: UnsafeRawBufferPointer) { contents.append(contentsOf: bytes) }
    mutating func end(_ member: ArtifactMember) {
        let path = String(member.path.dropFirst("info/".count))
        switch member.kind {
        case .file: break
        case .hardLink(let target):
            guard let place = places[target] else { return }
            contents = files[place].contents
        case .directory, .symbolicLink: return
        }
        places[member.path] = files.count
        files.append(.init(path: path, contents: contents, mode: member.mode, modified: member.modified))
    }
}
