import Archiving
import Basics
import Conda

/// The beginning of a `.tar.bz2` with the members of `info/` that stand there, read without decoding what follows.
///
/// rattler-build puts all of `info/` there. conda-build sorts only the files that lie in `info/` itself to the front; those of
/// `info/recipe/`, `info/test/` and `info/licenses/` stand anywhere among the payload's.
struct TarHead {
    let layout: Bzip2Layout
    /// The decoded beginning, to the end of the last block that was needed.
    let bytes: [UInt8]
    /// How many blocks it takes up.
    let blockCount: Int
    /// Where each member of `info/` lies in `bytes`, headers included.
    let members: [(path: String, range: Range<Int>)]
    /// Where the payload begins.
    let payloadStart: Int
    let info: InfoFolder

    /// Whether the member at `path` lies in the beginning.
    func holds(_ path: String) -> Bool { members.contains { $0.path == path } }

    /// Nil if `info/` is not at the beginning, or nothing but it is in the archive.
    static func read(_ layout: Bzip2Layout, limits: ReadingLimits, packedBytes: Int64) throws(PackagingError) -> TarHead? {
        let source = Bzip2BlockSource(layout, limit: Int(limits.infoBytes) + 4 << 20)
        var gate = MemberGate(limits: limits, packedBytes: packedBytes)
        var collector = InfoCollector()
        var starts: [(String, Int)] = []
        var payloadStart: Int?
        do throws(ArchiveReader.ReadError<PackagingError>) {
            var reader: ArchiveReader
            do throws(ArchiveError) { reader = try ArchiveReader.open(source, compression: .none) } catch { throw .archive(error) }
            while payloadStart == nil {
                let next: ArchiveEntry?
                do throws(ArchiveError) { next = try reader.nextEntry() } catch { throw .archive(error) }
                guard let entry = next else { return nil }
                let place = Int(reader.headerPosition)
                let admitted: ArtifactMember?
                do throws(PackagingError) { admitted = try gate.admit(entry, allowed: nil) } catch { throw .body(error) }
                guard let member = admitted else { return nil }
                guard member.part == .info else {
                    payloadStart = place
                    break
                }
                starts.append((member.path, place))
                collector.begin(member)
                if member.kind == .file {
                    try reader.readContents { (bytes) throws(PackagingError) in
                        try gate.count(bytes.count)
                        collector.take(bytes)
                    }
                }
                collector.end(member)
            }
            guard reader.warnings.isEmpty else { return nil }
        } catch {
            switch error {
            case .archive(let error): throw .archive(error)
            case .body(let error): throw error
            }
        }
        guard let payloadStart, let first = starts.first, first.1 == 0, let last = source.ends.firstIndex(where: { $0 >= payloadStart }) else {
            return nil
        }
        let ends = starts.dropFirst().map(\.1) + [payloadStart]
        return TarHead(
            layout: layout, bytes: Array(source.bytes[..<source.ends[last]]), blockCount: last + 1,
            members: zip(starts, ends).map { ($0.0.0, $0.0.1..<$0.1) }, payloadStart: payloadStart, info: InfoFolder(files: collector.files))
    }

    /// The beginning with the plan's changes; members that do not change keep their headers bit for bit.
    func changed(by plan: EmbedPlan) throws(PackagingError) -> [UInt8] {
        var head: [UInt8] = []
        for member in members {
            if let contents = plan.replacements[member.path], let file = info[String(member.path.dropFirst("info/".count))] {
                head += try Self.tar([.init(path: file.path, contents: contents, mode: file.mode & 0o7777, modified: file.modified)])
            } else {
                head += bytes[member.range]
            }
        }
        return head + (try Self.tar(plan.additions)) + bytes[payloadStart...]
    }

    /// Members as a tar archive without its end.
    private static func tar(_ files: [InfoFolder.File]) throws(PackagingError) -> [UInt8] {
        guard !files.isEmpty else { return [] }
        do throws(ArchiveError) {
            let sink = MemorySink(limit: 512 << 20)
            var writer = try ArchiveWriter.open(sink, compression: .none)
            for file in files {
                try writer.add(
                    ArchiveEntry(path: "info/" + file.path, kind: .file, mode: file.mode, modified: file.modified), contents: file.contents)
            }
            try writer.finish()
            var reader = try ArchiveReader.open(MemorySource(sink.data), compression: .none)
            while try reader.nextEntry() != nil {}
            return Array(sink.data.prefix(Int(reader.headerPosition)))
        } catch { throw .archive(error) }
    }
}
