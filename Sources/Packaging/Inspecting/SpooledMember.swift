import Files
import SystemPackage

/// One member's bytes for random access: in memory up to a bound, beyond it in a file without a name.
final class SpooledMember: ByteAccess {
    private static let memoryLimit = 1 << 20
    private var memory: [UInt8] = []
    private var file: FileDescriptor?
    private(set) var count = 0

    deinit { try? file?.close() }

    /// Forgets everything.
    func reset() {
        memory.removeAll(keepingCapacity: true)
        try? file?.close()
        file = nil
        count = 0
    }

    func take(_ bytes: UnsafeRawBufferPointer) throws(Errno) {
        if file == nil, count + bytes.count > Self.memoryLimit {
            file = try UnnamedFile.open()
            let result = memory.withUnsafeBytes { buffer in Result { () throws(Errno) in try write(buffer, at: 0) } }
            try result.get()
            memory = []
        }
        if file == nil { memory += bytes } else { try write(bytes, at: count) }
        count += bytes.count
    }

    func bytes(at offset: Int, count wanted: Int) -> [UInt8] {
        guard offset >= 0, wanted > 0, offset < count else { return [] }
        let wanted = min(wanted, count - offset)
        guard let file else { return Array(memory[offset..<offset + wanted]) }
        var bytes = [UInt8](repeating: 0, count: wanted)
        var filled = 0
        while filled < wanted {
            let count = bytes.withUnsafeMutableBytes {
                try? file.read(fromAbsoluteOffset: Int64(offset + filled), into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
            }
            guard let count, count > 0 else { return [] }
            filled += count
        }
        return bytes
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(Errno) {
        do { _ = try file?.writeAll(toAbsoluteOffset: Int64(offset), bytes) } catch { throw error as? Errno ?? .ioError }
    }
}
