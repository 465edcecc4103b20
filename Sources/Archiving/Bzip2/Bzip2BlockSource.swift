/// The bytes inside the blocks of a layout, decoded one behind the other as far as they are asked for, and kept.
///
/// For the beginning of a file: whoever reads it wants to know where in the decoded bytes each block ends.
public final class Bzip2BlockSource: ByteSource {
    private let layout: Bzip2Layout
    private let limit: Int
    private let decoder = Bzip2BlockDecoder()
    private var position = 0
    /// Everything decoded so far.
    public private(set) var bytes: [UInt8] = []
    /// Where each decoded block ends in `bytes`.
    public private(set) var ends: [Int] = []

    /// - Parameter limit: the most that is decoded, in bytes.
    public init(_ layout: Bzip2Layout, limit: Int) {
        self.layout = layout
        self.limit = limit
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        while position == bytes.count {
            guard ends.count < layout.blocks.count else { return 0 }
            try decodeNext()
        }
        let count = min(buffer.count, bytes.count - position)
        bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count])) }
        position += count
        return count
    }

    private func decodeNext() throws(ArchiveError) {
        let block = layout.blocks[ends.count]
        let decoded = try Bzip2Job(bit: block.bits.lowerBound, hint: block.bits.upperBound, level: block.level)
            .decode(layout.file, end: layout.file.size, with: decoder)
        guard decoded.end == block.bits.upperBound else { throw .bzip2(.malformed(what: "what follows a block", bit: decoded.end)) }
        // A block that becomes much larger by its runs is no beginning of an archive that anybody made in good faith.
        guard case .whole(let contents) = decoded.contents, bytes.count + contents.count <= limit else {
            throw .interrupted("more than \(limit) bytes would be kept in memory")
        }
        bytes += contents
        ends.append(bytes.count)
    }
}
