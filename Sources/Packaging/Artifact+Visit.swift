import Archiving
import SystemPackage

extension Artifact {
    /// Shows `visitor` every member of the artifact, or of one part of it.
    ///
    /// A `.tar.bz2` has to be unpacked whole whichever part is wanted. In a `.conda`, `info/` comes first. What the visitor was
    /// shown stands only when this returns: the last checks need all members to be known.
    public func visit(_ only: ArtifactMember.Part? = nil, with visitor: inout some MemberVisitor) throws(PackagingError) {
        var pass = MemberPass(gate: MemberGate(limits: limits, packedBytes: file.size))
        switch container {
        case .conda(let conda):
            if only != .payload { try pass.run(conda.zip.source(of: conda.info), .zstd, conda.info.name, allowed: .info, only, &visitor) }
            if only != .info { try pass.run(conda.zip.source(of: conda.payload), .zstd, conda.payload.name, allowed: .payload, only, &visitor) }
        case .tarBz2:
            try pass.run(FileRangeSource(file), .bzip2, path.lastComponent?.string ?? "", allowed: nil, only, &visitor)
        }
        try pass.finish()
    }
}
