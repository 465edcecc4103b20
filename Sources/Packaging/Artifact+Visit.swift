import Archiving
import SystemPackage

extension Artifact {
    /// Shows `visitor` every member of the artifact, or of one part of it.
    ///
    /// A `.tar.bz2` has to be unpacked whole whichever part is wanted. In a `.conda`, `info/` comes first. What the visitor was
    /// shown stands only when this returns: the last checks need all members to be known.
    public func visit(_ only: ArtifactMember.Part? = nil, with visitor: inout some MemberVisitor) throws(PackagingError) {
        var pass = MemberPass(gate: MemberGate(limits: limits, packedBytes: file.size), stop: stop)
        switch container {
        case .conda(let conda):
            if only != .payload { try pass.run(try zstd(conda, conda.info), conda.info.name, allowed: .info, only, &visitor) }
            if only != .info { try pass.run(try zstd(conda, conda.payload), conda.payload.name, allowed: .payload, only, &visitor) }
        case .tarBz2:
            try pass.run(try bzip2(), path.lastComponent?.string ?? "", allowed: nil, only, &visitor)
        }
        try pass.finish()
    }

    /// Reading with the CRC, unpacking, and what the visitor does each have a thread of their own; a small archive is not worth them.
    private func zstd(_ conda: CondaContainer, _ member: StoredZip.Member) throws(PackagingError) -> any ByteSource {
        do throws(ArchiveError) {
            let packed = ChecksummedSource(conda.zip, member)
            guard member.size >= 1 << 20 else { return try DecompressingSource(packed, compression: .zstd) }
            return PrefetchedSource(try DecompressingSource(PrefetchedSource(packed, buffers: 3), compression: .zstd))
        } catch { throw .archive(error) }
    }

    private func bzip2() throws(PackagingError) -> any ByteSource {
        do throws(ArchiveError) { return try ParallelBzip2Source(file) } catch { throw .archive(error) }
    }
}
