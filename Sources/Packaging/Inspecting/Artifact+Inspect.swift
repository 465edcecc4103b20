import Archiving
import Basics
import Conda
import Cryptography
import Files
import JSONReading
import SystemPackage

extension Artifact {
    /// Reads the whole artifact once through the gate, and its bytes once more for the digests.
    public func inspect() throws(PackagingError) -> Inspection {
        let (members, files) = Concurrent.both({ visited() }, { hashed() })
        let findings = try members.get()
        let (digests, innerMembers) = try files.get()
        let info = InfoFolder(files: findings.info.files)
        let index = try info.index()
        let about = try info.json("about.json")
        let paths = info["paths.json"] == nil ? nil : try info.paths()
        let recipe = info.recipe()
        func names(in folders: String...) -> [String] {
            info.files.map(\.path).filter { path in folders.contains { path.hasPrefix($0 + "/") } }.sorted()
        }
        var symbolVersions: [String: String] = [:]
        for file in findings.elfFiles { for (name, version) in file.facts.symbolVersions { symbolVersions.keepHighest(version, of: name) } }
        return Inspection(
            fileName: path.lastComponent?.string ?? "", format: format, digests: digests, innerMembers: innerMembers, index: index,
            about: about,
            provenance: SourceProvenance.keys(in: about),
            recipeFiles: recipe?.files.map { .init(path: $0.path, byteCount: Int64($0.contents.count), sha256: $0.sha256) } ?? [],
            recipeDigest: recipe?.digest, testFiles: names(in: "test", "tests"), licenseFiles: names(in: "licenses"),
            fileCount: findings.fileCount, payloadBytes: findings.payloadBytes, infoBytes: findings.infoBytes,
            largestFiles: findings.largest, elfFiles: findings.elfFiles, symbolVersions: symbolVersions,
            virtualPackages: index.depends.filter { $0.hasPrefix("__") },
            prefixFiles: paths?.paths.compactMap { entry in
                entry.prefixPlaceholder.map { .init(path: entry.path, mode: entry.fileMode ?? "text", placeholder: $0) }
            } ?? [])
    }

    private func visited() -> Result<InspectionVisitor.Findings, PackagingError> {
        Result { () throws(PackagingError) in
            var visitor = InspectionVisitor()
            try visit(with: &visitor)
            return visitor.findings
        }
    }

    private func hashed() -> Result<(FileDigests, [Inspection.InnerMember]), PackagingError> {
        Result { () throws(PackagingError) in
            var members: [Inspection.InnerMember] = []
            if case .conda(let conda) = container {
                for member in conda.zip.members { members.append(.init(name: member.name, digests: try digests(of: member, in: conda.zip))) }
            }
            return (try digests(), members)
        }
    }

    /// Both digests and the size of a `.conda`'s inner member, with its CRC checked.
    func digests(of member: StoredZip.Member, in zip: StoredZip) throws(PackagingError) -> FileDigests {
        var sha256 = SHA256()
        var md5 = MD5()
        do throws(ArchiveError) {
            try zip.forEachBuffer(of: member) { bytes in
                sha256.update(bytes)
                md5.update(bytes)
            }
        } catch { throw .archive(error) }
        return FileDigests(sha256: sha256.finish(), md5: md5.finish(), byteCount: member.size)
    }
}

extension SourceProvenance {
    /// The keys of CEP 31 in `about.json`'s `extra` that hold something.
    static func keys(in about: JSONValue?) -> [String: String] {
        var found: [String: String] = [:]
        for key in [CodingKeys.sha, .remoteURL, .runID] {
            if let text = about?["extra"]?[key.rawValue]?.string, !text.isEmpty { found[key.rawValue] = text }
        }
        return found
    }
}

/// Hashes the payload, keeps `info/`, and reads the ELF files.
struct InspectionVisitor: MemberVisitor {
    struct Findings: Sendable {
        var info = InfoCollector()
        var elfFiles: [Inspection.ELFFile] = []
        var largest: [Inspection.ListedFile] = []
        var fileCount = 0
        var payloadBytes: Int64 = 0
        var infoBytes: Int64 = 0
    }
    var findings = Findings()
    private let hasher = MemberHasher()
    private let spool = SpooledMember()
    private var isInfo = false
    /// Nil until the first bytes have told.
    private var isELF: Bool?

    mutating func begin(_ member: ArtifactMember) {
        isInfo = member.part == .info
        isELF = nil
        if isInfo { findings.info.begin(member) }
    }

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(PackagingError) {
        if isInfo {
            findings.infoBytes += Int64(bytes.count)
            return findings.info.take(bytes)
        }
        findings.payloadBytes += Int64(bytes.count)
        hasher.take(bytes)
        if isELF == nil { isELF = bytes.starts(with: ELFReader<SpooledMember>.magic) }
        guard isELF == true else { return }
        do throws(Errno) { try spool.take(bytes) } catch {
            throw .file(.system(action: "keep a member's bytes in", path: "a temporary file", errno: error))
        }
    }

    mutating func end(_ member: ArtifactMember) {
        guard !isInfo else { return findings.info.end(member) }
        if member.kind != .directory { findings.fileCount += 1 }
        guard member.kind == .file else { return }
        let file = Inspection.ListedFile(path: member.path, byteCount: member.size, sha256: hasher.finish())
        let place = findings.largest.firstIndex { $0.byteCount < file.byteCount } ?? findings.largest.count
        if place < 10 {
            findings.largest.insert(file, at: place)
            if findings.largest.count > 10 { findings.largest.removeLast() }
        }
        guard isELF == true else { return }
        var reader = ELFReader(spool)
        if let facts = reader.facts(withExports: false) { findings.elfFiles.append(.init(path: member.path, facts: facts)) }
        spool.reset()
    }
}
