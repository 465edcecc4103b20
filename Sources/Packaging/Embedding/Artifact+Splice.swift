import Archiving
import Basics
import Cryptography
import Files
import Foundation
import SystemPackage

extension Artifact {
    /// Embeds into a `.tar.bz2` by making its first blocks again and moving all others bit for bit.
    ///
    /// The payload's digests are of its bytes in the first blocks, then of the moved blocks' bits.
    func splice(_ head: TarHead, _ plan: EmbedPlan, to output: FilePath) throws(PackagingError) -> Written {
        let layout = head.layout
        let kept = layout.blocks[head.blockCount...]
        let changed = try head.changed(by: plan)
        do throws(ArchiveError) {
            let sink = try FileSink(output)
            var splicer = try Bzip2Splicer(into: sink, level: layout.blocks.map(\.level).max() ?? 9)
            try splicer.append(compressing: Data(changed))
            try splicer.append(kept, of: layout)
            try splicer.finish()
            try sink.commit()
            let written = try Bzip2Layout(reading: try OpenedFile(output))
            let newCount = written.blocks.count - kept.count
            guard newCount > 0 else { throw .interrupted("the artifact that was written has too few blocks") }
            try checkHead(written, newCount, changed)
            let tail = changed.suffix(head.bytes.count - head.payloadStart)
            let payload = head.bytes[head.payloadStart...]
            let (digests, (before, after)) = Concurrent.both(
                { Written.digests(of: written.file) },
                { (Self.digest(payload, layout, kept), Self.digest(tail, written, written.blocks[newCount...])) })
            return Written(payloadBefore: try before.get(), payloadAfter: try after.get(), digests: try digests.get())
        } catch { throw .archive(error) }
    }

    /// Decodes the new blocks from the disk and compares them with what should be in them.
    private func checkHead(_ layout: Bzip2Layout, _ count: Int, _ expected: [UInt8]) throws(ArchiveError) {
        let source = Bzip2BlockSource(layout, limit: expected.count + 16 << 20)
        var position = 0
        var isEqual = true
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
        defer { buffer.deallocate() }
        while position < expected.count {
            let read = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, expected.count - position)]))
            guard read > 0 else { break }
            isEqual = isEqual && buffer[..<read].elementsEqual(expected[position..<position + read])
            position += read
        }
        guard isEqual, position == expected.count, source.ends.count == count, source.ends.last == expected.count else {
            throw .interrupted("the artifact that was written does not read back as it should")
        }
    }

    private static func digest(
        _ bytes: ArraySlice<UInt8>, _ layout: Bzip2Layout, _ blocks: ArraySlice<Bzip2Layout.Block>
    ) -> Result<SHA256Digest, ArchiveError> {
        var hasher = SHA256()
        bytes.withUnsafeBytes { hasher.update($0) }
        do throws(ArchiveError) { try layout.forEachBuffer(of: blocks) { hasher.update($0) } } catch { return .failure(error) }
        return .success(hasher.finish())
    }
}
