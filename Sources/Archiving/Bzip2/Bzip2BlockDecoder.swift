/// Decodes single bzip2 blocks that begin at any bit, from foreign bytes.
///
/// libarchive, like libbz2, decodes whole streams one block behind the other; blocks stand alone, so several of these may work side by
/// side. A block takes two steps: `read` it, then `follow` its rotations, for two blocks at once where there are two.
/// The buffers are reused from block to block: 4.5 MB each decoder.
final class Bzip2BlockDecoder {
    /// Why a block ended early.
    enum Failure: Error {
        /// The bytes that were given end before the block does.
        case outOfBits
        case malformed(String)
    }

    /// The largest block, level 9, before its runs are expanded.
    static let maximumSize = 900_000
    /// No block of a real file is longer packed: each of its symbols takes at most 20 bits, and the tables before them little.
    static let maximumPackedBytes = 2_300_000

    private let links = UnsafeMutablePointer<UInt32>.allocate(capacity: maximumSize)
    /// The block without its runs expanded, `count` bytes of it.
    let contents = UnsafeMutablePointer<UInt8>.allocate(capacity: maximumSize)
    private(set) var count = 0
    private(set) var crc: UInt32 = 0
    private let selectors = UnsafeMutablePointer<UInt8>.allocate(capacity: 32_768)
    private let tables = (0..<6).map { _ in HuffmanTable() }
    private var origin = 0

    deinit {
        links.deallocate()
        contents.deallocate()
        selectors.deallocate()
        for table in tables { table.deallocate() }
    }

    /// Reads the block whose mark begins at `bit` of `bytes`, which eight readable bytes must follow; `contents` comes by `follow`.
    ///
    /// - Parameter limit: where the bits end that are the file's.
    /// - Returns: where the block ends.
    func read(_ bytes: UnsafeRawBufferPointer, at bit: Int, limit: Int, level: Int) throws(Failure) -> Int {
        var reader = BitReader(bytes, at: bit)
        guard limit - bit >= 48 + 32 + 25 + 16 + 18 else { throw .outOfBits }
        guard reader.take(48) == Int(Bzip2Mark.block) else { throw .malformed("the block's mark") }
        crc = UInt32(truncatingIfNeeded: reader.take(32))
        // Made by bzip2 before 0.9.5, of 1999, alone.
        guard reader.take(1) == 0 else { throw .malformed("a randomised block, which no conda tool writes, and which") }
        origin = reader.take(24)
        let symbols = try readTables(&reader, limit)
        try readSymbols(&reader, limit, symbols, level)
        guard origin < count else { throw .malformed("the block's origin") }
        return reader.position
    }

    // MARK: tables

    /// The bytes that occur, the selectors and the codes.
    private func readTables(_ reader: inout BitReader, _ limit: Int) throws(Failure) -> [UInt8] {
        let groups = reader.take(16)
        var symbols: [UInt8] = []
        for group in 0..<16 where groups >> (15 - group) & 1 == 1 {
            let members = reader.take(16)
            for member in 0..<16 where members >> (15 - member) & 1 == 1 { symbols.append(UInt8(group * 16 + member)) }
            guard reader.position <= limit else { throw .outOfBits }
        }
        guard !symbols.isEmpty else { throw .malformed("the block's alphabet") }
        let tableCount = reader.take(3)
        selectorCount = reader.take(15)
        guard (2...6).contains(tableCount), selectorCount > 0 else { throw .malformed("the number of the block's codes") }
        var order: [UInt8] = [0, 1, 2, 3, 4, 5]
        for index in 0..<selectorCount {
            var place = 0
            while reader.take(1) == 1 {
                place += 1
                guard place < tableCount else { throw .malformed("a selector") }
            }
            let value = order.remove(at: place)
            order.insert(value, at: 0)
            selectors[index] = value
            guard reader.position <= limit else { throw .outOfBits }
        }
        var lengths = [UInt8](repeating: 0, count: 258)
        let codeSize = symbols.count + 2
        for index in 0..<tableCount {
            var length = reader.take(5)
            for symbol in 0..<codeSize {
                while true {
                    guard (1...20).contains(length) else { throw .malformed("the length of a code") }
                    guard reader.take(1) == 1 else { break }
                    length += reader.take(1) == 0 ? 1 : -1
                }
                lengths[symbol] = UInt8(length)
                guard reader.position <= limit else { throw .outOfBits }
            }
            let isCode = lengths.withUnsafeBufferPointer { tables[index].build($0.baseAddress.unsafelyUnwrapped, codeSize) }
            guard isCode else { throw .malformed("a code") }
        }
        return symbols
    }

    private var selectorCount = 0

    // MARK: symbols

    /// Huffman codes, runs of zeros and move-to-front, into the last column of the sorted rotations.
    private func readSymbols(_ reader: inout BitReader, _ limit: Int, _ alphabet: [UInt8], _ level: Int) throws(Failure) {
        let size = level * 100_000
        let endSymbol = alphabet.count + 1
        var front = [UInt8](repeating: 0, count: 256)
        for (index, symbol) in alphabet.enumerated() { front[index] = symbol }
        var counts = [UInt32](repeating: 0, count: 256)
        let (links, selectors) = (self.links, self.selectors)
        var (filled, run, weight) = (0, 0, 1)
        var failure: Failure?
        var reading = reader
        front.withUnsafeMutableBufferPointer { front in
            counts.withUnsafeMutableBufferPointer { counts in
                for group in 0..<selectorCount {
                    let table = tables[Int(selectors[group])]
                    for _ in 0..<50 {
                        let symbol = table.next(&reading)
                        if UInt(bitPattern: symbol) <= 1 {
                            // A run's length in a binary system of the digits 1 and 2.
                            run &+= weight &<< symbol
                            weight &<<= 1
                            guard run <= size else {
                                failure = .malformed("a run")
                                return
                            }
                            continue
                        }
                        if run > 0 {
                            let byte = front[0]
                            guard run <= size &- filled else {
                                failure = .malformed("the size of a block")
                                return
                            }
                            counts[Int(byte)] &+= UInt32(truncatingIfNeeded: run)
                            (links + filled).update(repeating: UInt32(byte), count: run)
                            filled &+= run
                            (run, weight) = (0, 1)
                        }
                        guard symbol < endSymbol, symbol >= 0 else {
                            if symbol != endSymbol { failure = .malformed("a symbol") }
                            return
                        }
                        guard filled < size else {
                            failure = .malformed("the size of a block")
                            return
                        }
                        var place = symbol &- 1
                        let byte = front[place]
                        if place < 16 {
                            while place > 0 {
                                front[place] = front[place &- 1]
                                place &-= 1
                            }
                        } else {
                            let start = front.baseAddress.unsafelyUnwrapped
                            (start + 1).update(from: start, count: place)
                        }
                        front[0] = byte
                        counts[Int(byte)] &+= 1
                        links[filled] = UInt32(byte)
                        filled &+= 1
                    }
                    guard reading.position <= limit else {
                        failure = .outOfBits
                        return
                    }
                }
                failure = .malformed("the end of a block")
            }
        }
        // Bits behind the limit are nobody's, whatever they seemed to say.
        guard reading.position <= limit else { throw .outOfBits }
        if let failure { throw failure }
        guard filled > 0 else { throw .malformed("an empty block") }
        reader = reading
        count = filled
        var sum: UInt32 = 0
        for byte in 0..<256 {
            let occurrences = counts[byte]
            counts[byte] = sum
            sum += occurrences
        }
        counts.withUnsafeMutableBufferPointer { starts in
            for index in 0..<filled {
                let byte = Int(links[index] & 255)
                links[Int(starts[byte])] |= UInt32(truncatingIfNeeded: index) << 8
                starts[byte] &+= 1
            }
        }
    }

    // MARK: rotations

    /// Walks the rotations of a block that was read, which spells it.
    func follow() { follow(from: 0, link: links[origin] &>> 8) }

    /// The same for two blocks at once.
    ///
    /// Every step waits for memory, because it leads anywhere in 3.6 MB; the steps of two blocks wait at the same time.
    func follow(with other: Bzip2BlockDecoder) {
        let (links, contents, otherLinks, otherContents) = (links, contents, other.links, other.contents)
        var (link, otherLink) = (links[origin] &>> 8, otherLinks[other.origin] &>> 8)
        let common = min(count, other.count)
        for index in 0..<common {
            let (entry, otherEntry) = (links[Int(link)], otherLinks[Int(otherLink)])
            contents[index] = UInt8(truncatingIfNeeded: entry)
            otherContents[index] = UInt8(truncatingIfNeeded: otherEntry)
            (link, otherLink) = (entry &>> 8, otherEntry &>> 8)
        }
        follow(from: common, link: link)
        other.follow(from: common, link: otherLink)
    }

    private func follow(from start: Int, link: UInt32) {
        let (links, contents) = (self.links, self.contents)
        var link = link
        for index in start..<count {
            let entry = links[Int(link)]
            contents[index] = UInt8(truncatingIfNeeded: entry)
            link = entry &>> 8
        }
    }
}
