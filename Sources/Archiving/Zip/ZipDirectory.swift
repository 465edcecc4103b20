/// What reading a ZIP's records can throw: its own errors, or the file's.
enum ZipReadError: Error {
    case zip(StoredZipError)
    case archive(ArchiveError)
}

/// Reads the records of a ZIP archive (PKWARE APPNOTE 6.3, sections 4.3.7 to 4.3.16).
struct ZipDirectory {
    let file: OpenedFile
    let memberLimit: Int

    /// What a central header says.
    struct Entry {
        var name: [UInt8]
        var flags: Int
        var crc: UInt32
        var size: Int64
        var offset: Int64
        var modified: ZipTime
        var text: String { String(decoding: name, as: UTF8.self) }
    }

    func members() throws(ZipReadError) -> [StoredZip.Member] {
        let end = try endRecord()
        let entries = try self.entries(end).sorted { $0.offset < $1.offset }
        var members: [StoredZip.Member] = []
        var position: Int64 = 0
        for entry in entries {
            guard entry.offset == position else { throw .zip(.gap(member: entry.text, expected: position, found: entry.offset)) }
            let (start, hasDescriptor) = try localHeader(entry, limit: end.directory.lowerBound)
            guard entry.size <= end.directory.lowerBound - start else {
                throw .zip(.malformed(what: "the size of `\(entry.text)`", offset: entry.offset))
            }
            position = start + entry.size
            if hasDescriptor { position = try descriptor(entry, at: position, limit: end.directory.lowerBound) }
            members.append(
                .init(
                    name: entry.text, range: start..<start + entry.size, crc32: entry.crc, modified: entry.modified, hasDescriptor: hasDescriptor))
        }
        guard position == end.directory.lowerBound else {
            throw .zip(.gap(member: "central directory", expected: position, found: end.directory.lowerBound))
        }
        return members
    }

    // MARK: the end

    private struct End {
        var count: Int
        var directory: Range<Int64>
    }

    private func endRecord() throws(ZipReadError) -> End {
        let offset = file.size - 22
        guard offset >= 0 else { throw .zip(.noEnd) }
        let record = try fields(offset, 22)
        // Anything behind the record, a comment included, would let a reader that searches find another record.
        guard record.u32(0) == 0x0605_4B50, record.u16(20) == 0 else { throw .zip(.noEnd) }
        guard record.u16(4) == 0 || record.u16(4) == 0xFFFF, record.u16(6) == 0 || record.u16(6) == 0xFFFF, record.u16(8) == record.u16(10) else {
            throw .zip(.malformed(what: "the end record", offset: offset))
        }
        var count = Int64(record.u16(10))
        var size = Int64(record.u32(12))
        var start = Int64(record.u32(16))
        var directoryEnd = offset
        if offset >= 20, try fields(offset - 20, 4).u32(0) == 0x0706_4B50 {
            (count, size, start, directoryEnd) = try zip64End(before: offset, count: count, size: size, start: start)
        }
        guard count <= Int64(memberLimit) else { throw .zip(.tooManyMembers(limit: memberLimit)) }
        guard start >= 0, size >= 0, size <= directoryEnd, start == directoryEnd - size, size <= Int64(memberLimit) * (46 + 3 * 65_535) else {
            throw .zip(.malformed(what: "the place of the central directory", offset: offset))
        }
        return End(count: Int(count), directory: start..<directoryEnd)
    }

    /// Zip64 values stand in for fields that are all ones, and must agree with those that are not.
    private func zip64End(before end: Int64, count: Int64, size: Int64, start: Int64) throws(ZipReadError) -> (Int64, Int64, Int64, Int64) {
        let locator = try fields(end - 20, 20)
        let offset = Int64(bitPattern: locator.u64(8))
        let broken = StoredZipError.malformed(what: "the zip64 end record", offset: end - 20)
        guard locator.u32(4) == 0, locator.u32(16) == 1, offset >= 0, offset == end - 20 - 56 else { throw .zip(broken) }
        let record = try fields(offset, 56)
        guard record.u32(0) == 0x0606_4B50, record.u64(4) == 44, record.u32(16) == 0, record.u32(20) == 0, record.u64(24) == record.u64(32) else {
            throw .zip(broken)
        }
        let wide = (Int64(bitPattern: record.u64(32)), Int64(bitPattern: record.u64(40)), Int64(bitPattern: record.u64(48)))
        guard count == 0xFFFF || count == wide.0, size == 0xFFFF_FFFF || size == wide.1, start == 0xFFFF_FFFF || start == wide.2 else {
            throw .zip(broken)
        }
        return (wide.0, wide.1, wide.2, offset)
    }

    // MARK: members

    private func entries(_ end: End) throws(ZipReadError) -> [Entry] {
        var entries: [Entry] = []
        var names: Set<[UInt8]> = []
        var position = end.directory.lowerBound
        for _ in 0..<end.count {
            guard end.directory.upperBound - position >= 46 else { throw .zip(.malformed(what: "the central directory", offset: position)) }
            let header = try fields(position, 46)
            guard header.u32(0) == 0x0201_4B50, header.u16(34) == 0 else { throw .zip(.malformed(what: "a central header", offset: position)) }
            let (nameLength, extraLength, commentLength) = (Int64(header.u16(28)), Int64(header.u16(30)), Int64(header.u16(32)))
            let next = position + 46 + nameLength + extraLength + commentLength
            guard next <= end.directory.upperBound else { throw .zip(.malformed(what: "a central header", offset: position)) }
            let name = try fields(position + 46, nameLength).bytes
            var entry = Entry(
                name: name, flags: Int(header.u16(8)), crc: header.u32(16), size: Int64(header.u32(24)), offset: Int64(header.u32(42)),
                modified: ZipTime(date: header.u16(14), time: header.u16(12)))
            try check(entry, method: Int(header.u16(10)))
            guard names.insert(name).inserted else { throw .zip(.duplicate(member: entry.text)) }
            let extra = try fields(position + 46 + nameLength, extraLength)
            var compressed = Int64(header.u32(20))
            try zip64(
                extra, of: entry.text, at: position,
                fields: [
                    (entry.size == 0xFFFF_FFFF, { entry.size = $0 }), (compressed == 0xFFFF_FFFF, { compressed = $0 }),
                    (entry.offset == 0xFFFF_FFFF, { entry.offset = $0 }),
                ])
            guard compressed == entry.size else { throw .zip(.contradiction(member: entry.text, field: "sizes")) }
            entries.append(entry)
            position = next
        }
        guard position == end.directory.upperBound else { throw .zip(.malformed(what: "the central directory", offset: position)) }
        return entries
    }

    private func check(_ entry: Entry, method: Int) throws(ZipReadError) {
        let name = entry.text
        guard method == 0 else { throw .zip(.compressed(member: name, method: method)) }
        guard entry.flags & 1 == 0 else { throw .zip(.encrypted(member: name)) }
        // Bit 3: a data descriptor follows. Bit 11: the name is UTF-8.
        guard entry.flags & ~(1 << 3 | 1 << 11) == 0 else { throw .zip(.flags(member: name, bits: entry.flags)) }
        guard !entry.name.isEmpty, entry.name.allSatisfy({ (0x21..<0x7F).contains($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }),
            entry.name.first != UInt8(ascii: ".")
        else { throw .zip(.badName(name)) }
    }

    /// Where the member's bytes begin, and whether a descriptor follows them.
    private func localHeader(_ entry: Entry, limit: Int64) throws(ZipReadError) -> (Int64, Bool) {
        let name = entry.text
        guard limit - entry.offset >= 30 else { throw .zip(.malformed(what: "a local header", offset: entry.offset)) }
        let header = try fields(entry.offset, 30)
        guard header.u32(0) == 0x0403_4B50 else { throw .zip(.malformed(what: "a local header", offset: entry.offset)) }
        let start = entry.offset + 30 + Int64(header.u16(26)) + Int64(header.u16(28))
        guard start <= limit else { throw .zip(.malformed(what: "a local header", offset: entry.offset)) }
        guard try fields(entry.offset + 30, Int64(header.u16(26))).bytes == entry.name else {
            throw .zip(.contradiction(member: name, field: "names"))
        }
        guard Int(header.u16(6)) == entry.flags else { throw .zip(.contradiction(member: name, field: "flags")) }
        guard header.u16(8) == 0 else { throw .zip(.contradiction(member: name, field: "methods")) }
        var size = Int64(header.u32(22))
        var compressed = Int64(header.u32(18))
        let extra = try fields(entry.offset + 30 + Int64(header.u16(26)), Int64(header.u16(28)))
        try zip64(
            extra, of: name, at: entry.offset,
            fields: [
                (size == 0xFFFF_FFFF, { size = $0 }), (compressed == 0xFFFF_FFFF, { compressed = $0 }),
            ])
        let hasDescriptor = entry.flags & 1 << 3 != 0
        func agrees<Value: BinaryInteger>(_ local: Value, _ central: Value) -> Bool { local == central || hasDescriptor && local == 0 }
        guard agrees(header.u32(14), entry.crc) else { throw .zip(.contradiction(member: name, field: "CRCs")) }
        guard agrees(size, entry.size), agrees(compressed, entry.size) else { throw .zip(.contradiction(member: name, field: "sizes")) }
        return (start, hasDescriptor)
    }

    /// The end of the descriptor at `offset`: with or without a signature, with sizes of four or eight bytes.
    private func descriptor(_ entry: Entry, at offset: Int64, limit: Int64) throws(ZipReadError) -> Int64 {
        let available = min(24, limit - offset)
        let record = try fields(offset, max(0, available))
        for signature in [4, 0] {
            for width in [4, 8] {
                let length = signature + 4 + 2 * width
                guard Int64(length) <= available, signature == 0 || record.u32(0) == 0x0807_4B50, record.u32(signature) == entry.crc else { continue }
                func size(_ index: Int) -> Int64 {
                    let place = signature + 4 + index * width
                    return width == 4 ? Int64(record.u32(place)) : Int64(bitPattern: record.u64(place))
                }
                // What follows must be the next record, or a descriptor of eight-byte sizes would pass for one of four.
                guard size(0) == entry.size, size(1) == entry.size, try isRecord(offset + Int64(length), limit: limit) else { continue }
                return offset + Int64(length)
            }
        }
        throw .zip(.malformed(what: "the data descriptor of `\(entry.text)`", offset: offset))
    }

    private func isRecord(_ offset: Int64, limit: Int64) throws(ZipReadError) -> Bool {
        offset == limit ? true : limit - offset < 4 ? false : try fields(offset, 4).u32(0) == 0x0403_4B50
    }

    /// Takes the wide values from the zip64 extra field (APPNOTE 4.5.3), in their order, for the fields that are all ones.
    private func zip64(
        _ extra: RecordFields, of name: String, at offset: Int64, fields wanted: [(isWide: Bool, set: (Int64) -> Void)]
    ) throws(ZipReadError) {
        var position = 0
        var place: Int?
        var end = 0
        let broken = StoredZipError.malformed(what: "the extra field of `\(name)`", offset: offset)
        while position < extra.bytes.count {
            guard position + 4 <= extra.bytes.count else { throw .zip(broken) }
            let length = Int(extra.u16(position + 2))
            guard position + 4 + length <= extra.bytes.count else { throw .zip(broken) }
            if extra.u16(position) == 1 {
                guard place == nil else { throw .zip(broken) }
                (place, end) = (position + 4, position + 4 + length)
            }
            position += 4 + length
        }
        for field in wanted where field.isWide {
            guard let start = place, start + 8 <= end else { throw .zip(broken) }
            let value = Int64(bitPattern: extra.u64(start))
            guard value >= 0 else { throw .zip(broken) }
            field.set(value)
            place = start + 8
        }
    }

    private func fields(_ offset: Int64, _ count: Int64) throws(ZipReadError) -> RecordFields {
        do throws(ArchiveError) { return RecordFields(bytes: try file.bytes(offset..<offset + count)) } catch { throw .archive(error) }
    }
}

/// Little-endian numbers in a record whose length was checked before.
struct RecordFields {
    let bytes: [UInt8]
    func u16(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }
    func u32(_ offset: Int) -> UInt32 { UInt32(u16(offset)) | UInt32(u16(offset + 2)) << 16 }
    func u64(_ offset: Int) -> UInt64 { UInt64(u32(offset)) | UInt64(u32(offset + 4)) << 32 }
}
