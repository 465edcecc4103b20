/// Random access to bytes that may not all be in memory.
protocol ByteAccess {
    var count: Int { get }
    /// The bytes at `offset`, fewer where the file ends, none where it cannot be read.
    func bytes(at offset: Int, count: Int) -> [UInt8]
}

/// Reads the dynamic section of one ELF file from foreign bytes.
///
/// It goes by the program headers, as the loader does, so stripped files read the same. Every count is bounded, every offset checked;
/// what does not fit ends in `doubt` and never in an error, because a package may hold broken ELF files as test data.
struct ELFReader<Bytes: ByteAccess> {
    private let file: Bytes
    private var isWide = true
    private var isLittle = true
    private var segments: [(address: Int, offset: Int, size: Int)] = []

    static var magic: [UInt8] { [0x7F, 0x45, 0x4C, 0x46] }

    init(_ file: Bytes) { self.file = file }

    /// The facts, or nil if this is no ELF file.
    mutating func facts(withExports: Bool) -> ELFFacts? {
        let ident = file.bytes(at: 0, count: 64)
        guard ident.count >= 52, ident.starts(with: Self.magic), (1...2).contains(ident[4]), (1...2).contains(ident[5]) else { return nil }
        (isWide, isLittle) = (ident[4] == 2, ident[5] == 1)
        var facts = ELFFacts()
        facts.machine = Self.machine(number(ident, 18, 2))
        let headers = number(ident, isWide ? 32 : 28, isWide ? 8 : 4)
        let (entrySize, entryCount) = (number(ident, isWide ? 54 : 42, 2), number(ident, isWide ? 56 : 44, 2))
        guard entrySize == (isWide ? 56 : 32), entryCount <= 1024 else { return doubt(facts, "no program headers that can be read") }
        let table = file.bytes(at: headers, count: entrySize * entryCount)
        guard table.count == entrySize * entryCount else { return doubt(facts, "its program headers are cut off") }
        var dynamic: (offset: Int, size: Int)?
        for start in stride(from: 0, to: table.count, by: max(entrySize, 1)) {
            let kind = number(table, start, 4)
            let offset = number(table, start + (isWide ? 8 : 4), isWide ? 8 : 4)
            let address = number(table, start + (isWide ? 16 : 8), isWide ? 8 : 4)
            let size = number(table, start + (isWide ? 32 : 16), isWide ? 8 : 4)
            if kind == 1 { segments.append((address, offset, size)) }
            if kind == 2 { dynamic = (offset, size) }
        }
        guard let dynamic else { return facts }
        guard dynamic.size <= 1 << 20 else { return doubt(facts, "its dynamic section is too large") }
        readDynamic(file.bytes(at: dynamic.offset, count: dynamic.size), into: &facts, withExports: withExports)
        return facts
    }

    private func doubt(_ facts: ELFFacts, _ text: String) -> ELFFacts {
        var facts = facts
        facts.doubt = text
        return facts
    }

    private func readDynamic(_ bytes: [UInt8], into facts: inout ELFFacts, withExports: Bool) {
        var values: [Int: Int] = [:]
        var needed: [Int] = []
        let size = isWide ? 16 : 8
        for start in stride(from: 0, to: bytes.count - size + 1, by: size) {
            let (tag, value) = (number(bytes, start, size / 2), number(bytes, start + size / 2, size / 2))
            if tag == Tag.null { break }
            if tag == Tag.needed { needed.append(value) } else { values[tag] = value }
        }
        guard !needed.isEmpty || !values.isEmpty else { return }
        guard let address = values[Tag.stringTable], let length = values[Tag.stringTableSize], let place = offset(of: address), length <= 64 << 20
        else {
            facts.doubt = "its string table cannot be found"
            return
        }
        let strings = StringTable(bytes: file.bytes(at: place, count: length))
        guard needed.count <= 4096 else {
            facts.doubt = "it needs more than 4096 libraries"
            return
        }
        facts.needed = needed.compactMap(strings.text)
        if facts.needed.count != needed.count { facts.doubt = "a needed library has no readable name" }
        facts.soname = values[Tag.soname].flatMap(strings.text)
        facts.runPath = (values[Tag.runPath] ?? values[Tag.rpath]).flatMap(strings.text)
        if let address = values[Tag.versionNeeds] {
            readVersions(at: offset(of: address), count: values[Tag.versionNeedCount] ?? 0, strings, into: &facts)
        }
        if withExports { facts.exported = exports(values, strings) }
    }

    /// The chain of `Verneed` records, each with its chain of `Vernaux`.
    private func readVersions(at start: Int?, count: Int, _ strings: StringTable, into facts: inout ELFFacts) {
        guard var position = start, count <= 4096 else {
            facts.doubt = "its version records cannot be found"
            return
        }
        var steps = 0
        for _ in 0..<count {
            let record = file.bytes(at: position, count: 16)
            guard record.count == 16 else { return facts.doubt = "its version records are cut off" }
            let library = strings.text(number(record, 4, 4)) ?? "?"
            var place = position + number(record, 8, 4)
            for _ in 0..<number(record, 2, 2) {
                steps += 1
                let auxiliary = file.bytes(at: place, count: 16)
                guard auxiliary.count == 16, steps <= 20_000 else { return facts.doubt = "its version records are cut off" }
                if let version = strings.text(number(auxiliary, 8, 4)) { facts.add(version: version, of: library) }
                let next = number(auxiliary, 12, 4)
                if next == 0 { break }
                place += next
            }
            let next = number(record, 12, 4)
            if next == 0 { break }
            position += next
        }
        for library in facts.neededVersions.keys { facts.neededVersions[library]?.sort() }
    }

    /// Global and weak symbols that the file defines, sorted. Their number is known from the section header or the hash table.
    private func exports(_ values: [Int: Int], _ strings: StringTable) -> [String] {
        guard let address = values[Tag.symbolTable], let start = offset(of: address), let count = symbolCount(values, start) else { return [] }
        let size = isWide ? 24 : 16
        let bytes = file.bytes(at: start, count: min(count, 4_000_000) * size)
        var names: Set<String> = []
        for place in stride(from: 0, to: bytes.count - size + 1, by: size) {
            let kind = number(bytes, place + (isWide ? 4 : 12), 1)
            let visibility = number(bytes, place + (isWide ? 5 : 13), 1) & 3
            let section = number(bytes, place + (isWide ? 6 : 14), 2)
            guard section != 0, [1, 2, 10].contains(kind >> 4), visibility == 0 || visibility == 3 else { continue }
            if let name = strings.text(number(bytes, place, 4)), !name.isEmpty { names.insert(name) }
        }
        return names.sorted()
    }

    private func symbolCount(_ values: [Int: Int], _ symbols: Int) -> Int? {
        if let address = values[Tag.hash], let start = offset(of: address) {
            let header = file.bytes(at: start, count: 8)
            if header.count == 8 { return number(header, 4, 4) }
        }
        // The tables lie one behind the other: the strings follow the symbols in what every linker in use writes.
        guard let address = values[Tag.gnuHash], let start = offset(of: address) else { return nil }
        let header = file.bytes(at: start, count: 16)
        guard header.count == 16 else { return nil }
        let (bucketCount, firstSymbol, bloomCount) = (number(header, 0, 4), number(header, 4, 4), number(header, 8, 4))
        guard bucketCount <= 1 << 22, bloomCount <= 1 << 22 else { return nil }
        let bucketStart = start + 16 + bloomCount * (isWide ? 8 : 4)
        let buckets = file.bytes(at: bucketStart, count: bucketCount * 4)
        var last = 0
        for place in stride(from: 0, to: buckets.count - 3, by: 4) { last = max(last, number(buckets, place, 4)) }
        guard last >= firstSymbol, last < 4_000_000 else { return firstSymbol }
        // The chain of the last bucket ends with an odd hash.
        let chain = bucketStart + bucketCount * 4
        while last < 4_000_000 {
            let hash = file.bytes(at: chain + (last - firstSymbol) * 4, count: 4)
            last += 1
            guard hash.count == 4, number(hash, 0, 4) & 1 == 0 else { break }
        }
        return last
    }

    private func offset(of address: Int) -> Int? {
        for segment in segments where address >= segment.address && address - segment.address < segment.size {
            let (offset, overflow) = segment.offset.addingReportingOverflow(address - segment.address)
            return overflow ? nil : offset
        }
        return nil
    }

    /// An unsigned number; what does not fit becomes the largest `Int`, which no offset is.
    private func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> Int {
        guard offset + size <= bytes.count else { return Int.max }
        var value: UInt64 = 0
        for index in 0..<size { value |= UInt64(bytes[offset + index]) << UInt64(8 * (isLittle ? index : size - 1 - index)) }
        return Int(exactly: value) ?? Int.max
    }

    private static func machine(_ number: Int) -> String {
        switch number {
        case 3: "i386"
        case 20: "ppc"
        case 21: "ppc64"
        case 22: "s390"
        case 40: "arm"
        case 62: "x86-64"
        case 183: "aarch64"
        case 190: "cuda"
        case 243: "riscv"
        case 258: "loongarch"
        default: "machine \(number)"
        }
    }
}

/// The dynamic tags that are read.
private enum Tag {
    static let null = 0
    static let needed = 1
    static let hash = 4
    static let stringTable = 5
    static let symbolTable = 6
    static let stringTableSize = 10
    static let soname = 14
    static let rpath = 15
    static let runPath = 29
    static let gnuHash = 0x6FFF_FEF5
    static let versionNeeds = 0x6FFF_FFFE
    static let versionNeedCount = 0x6FFF_FFFF
}

/// Strings that end with a zero byte.
private struct StringTable {
    let bytes: [UInt8]

    func text(_ offset: Int) -> String? {
        guard offset >= 0, offset < bytes.count, let end = bytes[offset...].prefix(4097).firstIndex(of: 0) else { return nil }
        return String(validating: bytes[offset..<end], as: UTF8.self)
    }
}
