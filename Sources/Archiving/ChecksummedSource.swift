/// A ZIP member's bytes, whose CRC is checked when the last of them has been read.
public final class ChecksummedSource: ByteSource {
    private let source: FileRangeSource
    private let member: StoredZip.Member
    private var crc = CRC32()

    public init(_ zip: StoredZip, _ member: StoredZip.Member) {
        source = zip.source(of: member)
        self.member = member
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let count = try source.read(into: buffer)
        crc.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        if count == 0, crc.value != member.crc32 {
            throw .zip(.wrongCRC(member: member.name, expected: member.crc32, found: crc.value))
        }
        return count
    }
}
