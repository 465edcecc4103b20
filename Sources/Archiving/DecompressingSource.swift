/// The bytes inside a compressed file, all its streams or frames one behind the other (libarchive).
public final class DecompressingSource: ByteSource {
    private var reader: ArchiveReader
    private var isAtEnd = false

    public init(_ source: any ByteSource, compression: ArchiveReader.Compression) throws(ArchiveError) {
        reader = try .openRaw(source, compression: compression)
        isAtEnd = try reader.nextEntry() == nil
        try reader.requireCompression(compression)
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        guard !isAtEnd else { return 0 }
        let count = try reader.read(into: buffer)
        isAtEnd = count == 0
        return count
    }
}
