import Basics
import Files
import SystemPackage

/// Remembers of each payload member what a comparison needs, never its bytes; keeps `info/`.
struct DiffVisitor: MemberVisitor {
    struct Record: Hashable, Sendable {
        var kind: String
        var size: Int64
        var sha256: SHA256Digest?
        var mode: UInt32
    }

    var info = InfoCollector()
    var records: [String: Record] = [:]
    var elf: [String: ELFFacts] = [:]
    private let hasher = MemberHasher()
    private let spool = SpooledMember()
    private var isInfo = false
    private var isELF: Bool?
    /// Exported symbols are kept for this many; a comparison of more would not be read by anybody.
    private var symbolsLeft = 2_000_000

    mutating func begin(_ member: ArtifactMember) {
        isInfo = member.part == .info
        isELF = nil
        if isInfo { info.begin(member) }
    }

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(PackagingError) {
        guard !isInfo else { return info.take(bytes) }
        hasher.take(bytes)
        if isELF == nil { isELF = bytes.starts(with: ELFReader<SpooledMember>.magic) }
        guard isELF == true else { return }
        do throws(Errno) { try spool.take(bytes) } catch {
            throw .file(.system(action: "keep a member's bytes in", path: "a temporary file", errno: error))
        }
    }

    mutating func end(_ member: ArtifactMember) {
        guard !isInfo else { return info.end(member) }
        let mode = member.mode & 0o7777
        switch member.kind {
        case .file: records[member.path] = Record(kind: "file", size: member.size, sha256: hasher.finish(), mode: mode)
        case .directory: records[member.path] = Record(kind: "folder", size: 0, mode: mode)
        // A link's own permissions mean nothing.
        case .symbolicLink(let target): records[member.path] = Record(kind: "symbolic link to `\(target)`", size: 0, mode: 0)
        // The same bytes under a second name: whether they share a place on the disk does not count.
        case .hardLink(let target): records[member.path] = records[target]
        }
        guard isELF == true else { return }
        var reader = ELFReader(spool)
        if let facts = reader.facts(withExports: symbolsLeft > 0) {
            symbolsLeft -= facts.exported.count
            elf[member.path] = facts
        }
        spool.reset()
    }
}
