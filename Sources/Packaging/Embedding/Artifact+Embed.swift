import Archiving
import Basics
import Conda
import Cryptography
import Files
import Foundation
public import SystemPackage

extension Artifact {
    /// Writes `output`: this artifact with the commit's recipe in `info/recipe/` and its provenance in `about.json`.
    ///
    /// Where the artifact carries a recipe already, it is proved to be the commit's, or `PackagingError.recipeDiffers` is thrown. In a
    /// `.conda` only `info-*.tar.zst` is made again; the payload's archive is copied as it is. The same input gives the same bytes.
    /// `output` is there whole or not at all; it may be this artifact's own path.
    ///
    /// - Parameter infoIsFirst: take the caller's word that all of `info/` stands before the payload in a `.tar.bz2`, as rattler-build writes
    ///   it. conda-build puts `info/recipe/` between the files of the payload, so without that word the whole archive is decoded to
    ///   know what recipe it carries; the blocks are moved bit for bit either way.
    public func embed(
        recipe commit: RecipeTree, provenance: SourceProvenance?, output: FilePath, infoIsFirst: Bool = false
    ) throws(PackagingError) -> EmbedResult {
        switch container {
        case .conda(let conda):
            let plan = try EmbedPlan(info: try info(), commit: commit, provenance: provenance)
            return try result(plan, commit, output, isRecompressed: false) { () throws(PackagingError) in try rewrite(conda, plan, to: output) }
        case .tarBz2:
            let head = try head()
            let info = if let head, infoIsFirst { head.info } else { try info() }
            let plan = try EmbedPlan(info: info, commit: commit, provenance: provenance)
            // A file that is replaced and stands between those of the payload cannot be reached without moving them.
            guard let head, plan.replacements.keys.allSatisfy(head.holds) else {
                return try result(plan, commit, output, isRecompressed: true) { () throws(PackagingError) in try rewriteTar(plan, to: output) }
            }
            return try result(plan, commit, output, isRecompressed: false) { () throws(PackagingError) in try splice(head, plan, to: output) }
        }
    }

    /// Nil where blocks cannot be told apart without decoding them, or `info/` is not at the beginning.
    private func head() throws(PackagingError) -> TarHead? {
        let layout: Bzip2Layout
        do throws(ArchiveError) { layout = try Bzip2Layout(reading: file) } catch {
            guard case .bzip2(.wrongCRC) = error else { throw .archive(error) }
            return nil
        }
        return try TarHead.read(layout, limits: limits, packedBytes: file.size)
    }

    private func result(
        _ plan: EmbedPlan, _ commit: RecipeTree, _ output: FilePath, isRecompressed: Bool,
        _ write: @escaping @Sendable () throws(PackagingError) -> Written
    ) throws(PackagingError) -> EmbedResult {
        // `output` may be this very file: the one that is open stays what it was when another takes its name.
        let file = file
        let (first, second) = Concurrent.both(
            { Written.digests(of: file) }, { Result { () throws(PackagingError) in try write() } })
        let written = try second.get()
        let before: FileDigests
        do throws(ArchiveError) { before = try first.get() } catch { throw .archive(error) }
        guard written.payloadBefore == written.payloadAfter else { throw .readBack("the payload is another") }
        return EmbedResult(
            recipe: plan.recipe, recipeDigest: commit.digest, changes: plan.changes, before: before, after: written.digests,
            payloadBefore: written.payloadBefore, payloadAfter: written.payloadAfter, isRecompressed: isRecompressed, output: output.string)
    }

    /// The same with the recipe of a folder.
    public func embed(
        recipe folder: FilePath, provenance: SourceProvenance?, output: FilePath, infoIsFirst: Bool = false
    ) throws(PackagingError) -> EmbedResult {
        try embed(recipe: try RecipeTree(folder: folder), provenance: provenance, output: output, infoIsFirst: infoIsFirst)
    }

    private func rewrite(_ conda: CondaContainer, _ plan: EmbedPlan, to output: FilePath) throws(PackagingError) -> Written {
        let info = MemorySink(limit: Int(limits.infoBytes) + 64 << 20)
        // A higher level takes tens of megabytes of tables to save some hundred bytes of what is small already.
        var rewriter = try TarRewriter(plan: plan, sink: info, compression: .zstd(level: 8))
        try visit(.info, with: &rewriter)
        _ = try rewriter.finish()
        do throws(ArchiveError) {
            let sink = try FileSink(output)
            var writer = StoredZipWriter(into: sink)
            let metadata = Data(try conda.zip.contents(of: conda.metadata, limit: 64 << 10))
            try writer.add(conda.metadata.name, size: conda.metadata.size, modified: conda.metadata.modified) { (write) throws(ArchiveError) in
                try MemorySource(metadata).forEachBuffer(write)
            }
            try writer.add(copying: conda.payload, of: conda.zip)
            let packed = info.data
            try writer.add(conda.info.name, size: Int64(packed.count), modified: conda.info.modified) { (write) throws(ArchiveError) in
                try MemorySource(packed).forEachBuffer(write)
            }
            try writer.finish()
            // It gets its name when it has been read back; the disk takes it meanwhile.
            let file = try sink.written()
            let written = try StoredZip(reading: file)
            guard let payload = written[conda.payload.name] else { throw .interrupted("the payload was not written") }
            let comparison = PayloadComparison(old: conda.zip, oldMember: conda.payload, new: written, newMember: payload)
            let (flushed, (digests, same)) = Concurrent.both(
                { Result { () throws(ArchiveError) in try file.flush() } },
                { Concurrent.both({ Written.digests(of: file) }, { Result { () throws(ArchiveError) in try comparison.digest() } }) })
            let digest = try same.get()
            try flushed.get()
            try sink.commit()
            return Written(payloadBefore: digest, payloadAfter: digest, digests: try digests.get())
        } catch { throw .archive(error) }
    }

    /// Unpacks and packs the whole archive: the members as they are, in their order, `info/` as planned.
    private func rewriteTar(_ plan: EmbedPlan, to output: FilePath) throws(PackagingError) -> Written {
        let sink: FileSink
        let compressor: ParallelBzip2Sink
        do throws(ArchiveError) {
            sink = try FileSink(output)
            compressor = try ParallelBzip2Sink(into: sink)
        } catch { throw .archive(error) }
        var visitor = try TarRewriter(plan: plan, sink: compressor, compression: .none)
        try visit(with: &visitor)
        let first = try visitor.finish()
        do throws(ArchiveError) {
            try compressor.finish()
            try sink.commit()
        } catch { throw .archive(error) }
        var second = PayloadDigest()
        try Artifact.open(output, limits: limits).visit(.payload, with: &second)
        let digests: FileDigests
        do throws(FileError) { digests = try FileDigests.compute(output) } catch { throw .file(error) }
        return Written(payloadBefore: first, payloadAfter: second.finish(), digests: digests)
    }
}
