/// The checksum of ZIP and gzip (polynomial 0xEDB88320), eight bytes a step.
public struct CRC32: Sendable {
    private var state: UInt32 = 0xFFFF_FFFF

    public init() {}
    public var value: UInt32 { ~state }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var crc = state
        Self.tables.withUnsafeBufferPointer { table in
            var offset = 0
            let end = bytes.count & ~7
            while offset < end {
                let low = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) ^ crc
                let high = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
                crc =
                    table[Int(1792 + (low & 255))] ^ table[Int(1536 + (low >> 8 & 255))] ^ table[Int(1280 + (low >> 16 & 255))]
                    ^ table[Int(1024 + (low >> 24))] ^ table[Int(768 + (high & 255))] ^ table[Int(512 + (high >> 8 & 255))]
                    ^ table[Int(256 + (high >> 16 & 255))] ^ table[Int(high >> 24)]
                offset += 8
            }
            while offset < bytes.count {
                crc = table[Int((crc ^ UInt32(bytes[offset])) & 255)] ^ crc >> 8
                offset += 1
            }
        }
        state = crc
    }

    /// Eight tables of 256: the k-th moves a byte k places on.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 2048)
        for index in 0..<256 {
            var value = UInt32(index)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
            tables[index] = value
        }
        for index in 256..<2048 {
            let before = tables[index - 256]
            tables[index] = tables[Int(before & 255)] ^ before >> 8
        }
        return tables
    }()
}
