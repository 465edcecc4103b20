/// A ZIP archive whose members are stored, not compressed, and fill the file without a gap: the outside of a `.conda`.
///
/// Everything that lets two programs read two different archives from one file is refused: a comment, bytes that no member
/// owns, overlapping or duplicate members, and headers that contradict each other. Zip64 records and data descriptors
/// are read, because conda-package-handling and rattler write the one and libarchive the other.
public struct StoredZip: Sendable {
    public struct Member: Hashable, Sendable {
        public let name: String
        /// Where the member's bytes lie in the file.
        public let range: Range<Int64>
        public let crc32: UInt32
        public let modified: ZipTime
        /// Whether its local header leaves CRC and sizes to a record behind the bytes.
        public let hasDescriptor: Bool
        public var size: Int64 { range.upperBound - range.lowerBound }
    }

    public let file: OpenedFile
    /// In the order in which they lie in the file.
    public let members: [Member]

    /// Reads the directory at the end and every local header; no member's bytes.
    public init(reading file: OpenedFile, memberLimit: Int = 64) throws(ArchiveError) {
        self.file = file
        do throws(ZipReadError) { members = try ZipDirectory(file: file, memberLimit: memberLimit).members() } catch {
            switch error {
            case .zip(let error): throw .zip(error)
            case .archive(let error): throw error
            }
        }
    }

    public subscript(name: String) -> Member? { members.first { $0.name == name } }

    /// The member's bytes as they lie there.
    public func source(of member: Member) -> FileRangeSource { FileRangeSource(file, range: member.range) }

    /// Calls `body` with the member's bytes and throws at the end if their CRC is not the one in the headers.
    public func forEachBuffer(
        of member: Member, _ body: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void = { _ in }
    ) throws(ArchiveError) {
        var crc = CRC32()
        try source(of: member).forEachBuffer(ofSize: 1 << 20) { (bytes) throws(ArchiveError) in
            crc.update(bytes)
            try body(bytes)
        }
        guard crc.value == member.crc32 else {
            throw .zip(.wrongCRC(member: member.name, expected: member.crc32, found: crc.value))
        }
    }

    /// The bytes of a small member, with its CRC checked.
    public func contents(of member: Member, limit: Int) throws(ArchiveError) -> [UInt8] {
        guard member.size <= limit else { throw .interrupted("the ZIP member `\(member.name)` is larger than \(limit) bytes") }
        var contents: [UInt8] = []
        try forEachBuffer(of: member) { contents.append(contentsOf: $0) }
        return contents
    }
}

/// A member's time as ZIP has it: two seconds fine, no zone, from 1980 on.
public struct ZipTime: Hashable, Sendable {
    public let date: UInt16
    public let time: UInt16

    public init(date: UInt16, time: UInt16) {
        self.date = date
        self.time = time
    }

    /// 1 January 1980, where ZIP's time begins.
    public static let earliest = ZipTime(date: 0x21, time: 0)
}
