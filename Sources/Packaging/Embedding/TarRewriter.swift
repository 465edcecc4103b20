import Archiving
import Basics
import Foundation

/// Writes a `.tar.bz2` anew: `info/` first, as planned, then every payload member as it comes.
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

    init(plan: EmbedPlan, sink: FileSink) throws(PackagingError) {
        self.plan = plan
        do throws(ArchiveError) { output = Output(try ArchiveWriter.open(sink, compression: .bzip2(level: 9))) } catch { throw .archive(error) }
    }

    func writeInfo() throws(PackagingError) {
        do throws(ArchiveError) {
            for file in plan.files {
                try output.writer?.add(
                    ArchiveEntry(path: "info/" + file.path, kind: .file, mode: file.mode & 0o777, modified: file.modified), contents: file.contents)
            }
        } catch { throw .archive(error) }
    }

    mutating func begin(_ member: ArtifactMember) throws(PackagingError) {
        guard member.part == .payload else { return }
        let kind: ArchiveEntry.Kind
        switch member.kind {
        case .file: kind = .file
        case .directory: kind = .directory
        case .symbolicLink(let target): kind = .symbolicLink(target: target)
        case .hardLink(let target): kind = .hardLink(target: target)
        }
        do throws(ArchiveError) {
            try output.writer?.add(ArchiveEntry(path: member.path, kind: kind, size: member.size, mode: member.mode, modified: member.modified))
        } catch { throw .archive(error) }
        isPayload = true
    }

    private var isPayload = false

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(PackagingError) {
        guard isPayload else { return }
        digest.take(bytes)
        do throws(ArchiveError) { try output.writer?.write(bytes) } catch { throw .archive(error) }
    }

    mutating func end(_ member: ArtifactMember) {
        if isPayload { digest.end(member) }
        isPayload = false
    }

    /// Writes the archive's end and gives the digest of the payload that went in.
    func finish() throws(PackagingError) -> SHA256Digest {
        do throws(ArchiveError) {
            if let writer = output.writer.take() { try writer.finish() }
        } catch { throw .archive(error) }
        return digest.finish()
    }
}
