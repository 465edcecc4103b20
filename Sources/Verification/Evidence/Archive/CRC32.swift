import Foundation

/// The checksum of ZIP (ISO 3309, reflected, 0xEDB88320): finds accidents, proves nothing.
enum CRC32 {
    /// Eight tables one after the other: the `n`th is for a byte that `n` bytes follow.
    private static let tables: [UInt32] = {
        var tables: [UInt32] = []
        for index in 0..<UInt32(8 * 256) {
            // The first table by the polynomial's bits, each other from the one before.
            var value = index < 256 ? index : tables[Int(index) - 256]
            if index < 256 {
                for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
            } else {
                value = tables[Int(value & 0xFF)] ^ (value >> 8)
            }
            tables.append(value)
        }
        return tables
    }()

    static func of(_ data: Data) -> UInt32 {
        data.withUnsafeBytes { bytes in
            tables.withUnsafeBufferPointer { table in
                var value: UInt32 = 0xFFFF_FFFF
                var position = 0
                while position + 8 <= bytes.count {
                    let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)) ^ UInt64(value)
                    value = 0
                    for place in 0..<8 {
                        let byte = Int(truncatingIfNeeded: word >> UInt64(8 * place)) & 0xFF
                        value ^= table[(7 - place) * 256 + byte]
                    }
                    position += 8
                }
                for byte in bytes[position...] { value = table[Int((value ^ UInt32(byte)) & 0xFF)] ^ (value >> 8) }
                return ~value
            }
        }
    }
}
