import Archiving
import Basics
import Foundation

/// Writes the members that it is shown into a new archive, with the plan's changes: replaced files keep their place and header, added
/// files come behind the last member of `info/`.
///
/// A class holds the writer, because a writer cannot be copied and visitors can.
struct TarRewriter: MemberVisitor {
    private final class Output {
        var writer: ArchiveWriter?
        init(_ writer: consuming ArchiveWriter) { self.writer = consume writer }
    }

    private let plan: EmbedPlan
    private let output: Output
    private var digest = PayloadDigest()
    private var isReplaced = false
    private var (sawInfo, hasAdded) = (false, false)

    init(plan: EmbedPlan, sink: any ByteSink, compression: ArchiveWriter.Compression) throws(PackagingError) {
        self.plan = plan
        do throws(ArchiveError) { output = Output(try ArchiveWriter.open(sink, compression: compression)) } catch { throw .archive(error) }
    }

    mutating func begin(_ member: ArtifactMember) throws(PackagingError) {
        if member.part == .info { sawInfo = true } else if sawInfo { try addMissing() }
        let kind: ArchiveEntry.Kind
        switch member.kind {
        case .file: kind = .file
        case .directory: kind = .directory
        case .symbolicLink(let target): kind = .symbolicLink(target: target)
        case .hardLink(let target): kind = .hardLink(target: target)
        }
        let entry = ArchiveEntry(path: member.path, kind: kind, size: member.size, mode: member.mode & 0o7777, modified: member.modified)
        do throws(ArchiveError) {
            if let contents = plan.replacements[member.path] {
                isReplaced = true
                try output.writer?.add(ArchiveEntry(path: member.path, kind: .file, mode: entry.mode, modified: entry.modified), contents: contents)
            } else {
                try output.writer?.add(entry)
            }
        } catch { throw .archive(error) }
    }

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(PackagingError) {
        guard !isReplaced else { return }
        digest.take(bytes)
        do throws(ArchiveError) { try output.writer?.write(bytes) } catch { throw .archive(error) }
    }

    mutating func end(_ member: ArtifactMember) {
        if !isReplaced { digest.end(member) }
        isReplaced = false
    }

    /// Writes the archive's end and gives the digest of the payload that went in.
    mutating func finish() throws(PackagingError) -> SHA256Digest {
        try addMissing()
        do throws(ArchiveError) {
            if let writer = output.writer.take() { try writer.finish() }
        } catch { throw .archive(error) }
        return digest.finish()
    }

    private mutating func addMissing() throws(PackagingError) {
        guard !hasAdded else { return }
        hasAdded = true
        do throws(ArchiveError) {
            for file in plan.additions {
                try output.writer?.add(
                    ArchiveEntry(path: "info/" + file.path, kind: .file, mode: file.mode, modified: file.modified), contents: file.contents)
            }
        } catch { throw .archive(error) }
    }
}
