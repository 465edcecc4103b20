/// bzip2's checksum (polynomial 0x04C11DB7, highest bit first), eight bytes a step.
struct Bzip2CRC: Sendable {
    private var state: UInt32 = 0xFFFF_FFFF
    var value: UInt32 { ~state }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var crc = state
        Self.tables.withUnsafeBufferPointer { table in
            var offset = 0
            let end = bytes.count & ~7
            while offset < end {
                let high = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) ^ crc
                let low = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset &+ 4, as: UInt32.self))
                crc =
                    table[Int(1792 &+ (high >> 24))] ^ table[Int(1536 &+ (high >> 16 & 255))] ^ table[Int(1280 &+ (high >> 8 & 255))]
                    ^ table[Int(1024 &+ (high & 255))]
                crc ^=
                    table[Int(768 &+ (low >> 24))] ^ table[Int(512 &+ (low >> 16 & 255))] ^ table[Int(256 &+ (low >> 8 & 255))]
                    ^ table[Int(low & 255)]
                offset &+= 8
            }
            while offset < bytes.count {
                crc = crc << 8 ^ table[Int(crc >> 24 ^ UInt32(bytes[offset]))]
                offset &+= 1
            }
        }
        state = crc
    }

    /// The checksum of a stream, from its blocks' in their order.
    static func combined(_ stream: UInt32, _ block: UInt32) -> UInt32 { (stream << 1 | stream >> 31) ^ block }

    /// Eight tables of 256: the k-th moves a byte k places on.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 2048)
        for index in 0..<256 {
            var value = UInt32(index) << 24
            for _ in 0..<8 { value = value >> 31 == 1 ? value << 1 ^ 0x04C1_1DB7 : value << 1 }
            tables[index] = value
        }
        for index in 256..<2048 {
            let before = tables[index - 256]
            tables[index] = before << 8 ^ tables[Int(before >> 24)]
        }
        return tables
    }()
}
