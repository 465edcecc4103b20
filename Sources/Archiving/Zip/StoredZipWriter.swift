/// Writes a ZIP archive of stored members whose sizes and CRCs stand in their local headers.
///
/// libarchive's ZIP writer always leaves them to a data descriptor, which makes rattler's streaming reader fetch a package
/// twice. A member's size must be known when it begins; its CRC is put into the header when it ends.
/// Zip64 fields are written only for what does not fit without.
public struct StoredZipWriter: ~Copyable {
    private struct Written {
        var name: [UInt8]
        var size: Int64
        var offset: Int64
        var crc: UInt32
        var modified: ZipTime
    }

    private let sink: FileSink
    private var written: [Written] = []
    private var crc = CRC32()
    private var given: Int64 = 0

    public init(into sink: FileSink) { self.sink = sink }

    /// Adds one member; `body` gives its bytes, exactly `size` of them, to the closure it is called with.
    ///
    /// - Returns: where the bytes begin in the file.
    @discardableResult
    public mutating func add(
        _ name: String, size: Int64, modified: ZipTime = .earliest,
        _ body: ((UnsafeRawBufferPointer) throws(ArchiveError) -> Void) throws(ArchiveError) -> Void
    ) throws(ArchiveError) -> Int64 {
        let offset = sink.size
        let member = Written(name: Array(name.utf8), size: size, offset: offset, crc: 0, modified: modified)
        try sink.write(localHeader(member))
        let start = sink.size
        var crc = CRC32()
        var given: Int64 = 0
        let sink = sink
        try body { (bytes) throws(ArchiveError) in
            crc.update(bytes)
            given += Int64(bytes.count)
            try sink.write(bytes)
        }
        guard given == size else { throw .zip(.wrongSize(member: name, promised: size, given: given)) }
        written.append(member)
        written[written.count - 1].crc = crc.value
        try sink.patch(littleEndian(crc.value, 4), at: offset + 14)
        return start
    }

    /// Adds a member of another archive as it lies there, with the CRC that its headers say, which is not checked: whoever calls reads it back.
    public mutating func add(copying member: StoredZip.Member, of zip: StoredZip) throws(ArchiveError) {
        let copy = Written(
            name: Array(member.name.utf8), size: member.size, offset: sink.size, crc: member.crc32, modified: member.modified)
        try sink.write(localHeader(copy))
        try sink.append(zip.file, member.range)
        written.append(copy)
    }

    /// Writes the directory. The sink is the caller's to commit.
    public consuming func finish() throws(ArchiveError) {
        let start = sink.size
        for member in written { try sink.write(centralHeader(member)) }
        let size = sink.size - start
        let isWide = start >= 0xFFFF_FFFF || size >= 0xFFFF_FFFF || written.count >= 0xFFFF
        if isWide {
            let record = sink.size
            try sink.write(
                littleEndian(0x0606_4B50 as UInt32, 4) + littleEndian(44 as UInt64, 8) + littleEndian(45 as UInt32, 2)
                    + littleEndian(45 as UInt32, 2) + littleEndian(0 as UInt64, 8) + littleEndian(UInt64(written.count), 8)
                    + littleEndian(UInt64(written.count), 8) + littleEndian(UInt64(size), 8) + littleEndian(UInt64(start), 8))
            try sink.write(
                littleEndian(0x0706_4B50 as UInt32, 4) + littleEndian(0 as UInt32, 4) + littleEndian(UInt64(record), 8) + littleEndian(1 as UInt32, 4)
            )
        }
        let count = littleEndian(UInt32(min(written.count, 0xFFFF)), 2)
        try sink.write(
            littleEndian(0x0605_4B50 as UInt32, 4) + [0, 0, 0, 0] + count + count + littleEndian(UInt64(min(size, 0xFFFF_FFFF)), 4)
                + littleEndian(UInt64(min(start, 0xFFFF_FFFF)), 4) + [0, 0])
    }

    private func localHeader(_ member: Written) -> [UInt8] {
        let isWide = member.size >= 0xFFFF_FFFF
        let size = littleEndian(UInt64(isWide ? 0xFFFF_FFFF : member.size), 4)
        let extra =
            isWide
            ? littleEndian(1 as UInt32, 2) + littleEndian(16 as UInt32, 2) + littleEndian(UInt64(member.size), 8)
                + littleEndian(UInt64(member.size), 8) : []
        return littleEndian(0x0403_4B50 as UInt32, 4) + common(member, isWide: isWide) + littleEndian(member.crc, 4) + size + size
            + littleEndian(UInt32(member.name.count), 2) + littleEndian(UInt32(extra.count), 2) + member.name + extra
    }

    private func centralHeader(_ member: Written) -> [UInt8] {
        let (isLarge, isFar) = (member.size >= 0xFFFF_FFFF, member.offset >= 0xFFFF_FFFF)
        var wide: [UInt8] = []
        if isLarge { wide += littleEndian(UInt64(member.size), 8) + littleEndian(UInt64(member.size), 8) }
        if isFar { wide += littleEndian(UInt64(member.offset), 8) }
        let extra = wide.isEmpty ? [] : littleEndian(1 as UInt32, 2) + littleEndian(UInt32(wide.count), 2) + wide
        let size = littleEndian(UInt64(isLarge ? 0xFFFF_FFFF : member.size), 4)
        // Made by Unix (3), for a regular file of mode 0644.
        return littleEndian(0x0201_4B50 as UInt32, 4) + [20, 3] + common(member, isWide: isLarge || isFar) + littleEndian(member.crc, 4) + size + size
            + littleEndian(UInt32(member.name.count), 2) + littleEndian(UInt32(extra.count), 2) + [0, 0, 0, 0, 0, 0]
            + littleEndian(UInt32(0o100644) << 16, 4) + littleEndian(UInt64(isFar ? 0xFFFF_FFFF : member.offset), 4) + member.name + extra
    }

    /// Version needed, flags, method, time and date.
    private func common(_ member: Written, isWide: Bool) -> [UInt8] {
        littleEndian(isWide ? 45 as UInt32 : 20, 2) + [0, 0, 0, 0] + littleEndian(UInt32(member.modified.time), 2)
            + littleEndian(UInt32(member.modified.date), 2)
    }
}

/// The lowest `count` bytes of `value`, lowest first.
func littleEndian(_ value: some FixedWidthInteger, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
