import COpenSSL
import Foundation

/// OpenSSL's stream over memory.
struct MemoryBIO: ~Copyable {
    let handle: OpaquePointer
    private init(owning handle: OpaquePointer) { self.handle = handle }
    deinit { BIO_free(handle) }

    /// An empty stream to write to.
    static func create() throws(CryptographyError) -> MemoryBIO {
        // The secure memory's variant wipes itself when freed, and falls back to the common heap.
        guard let handle = BIO_new(BIO_s_secmem()) else { throw ErrorQueue.failure("make a buffer") }
        return MemoryBIO(owning: handle)
    }

    /// A stream that holds a copy of `bytes`, so that nothing outside has to stay alive.
    static func create(holding bytes: some ContiguousBytes) throws(CryptographyError) -> MemoryBIO {
        let bio = try create()
        let isWritten = bytes.withUnsafeBytes { buffer in
            guard buffer.count > 0 else { return true }
            return BIO_write(bio.handle, buffer.baseAddress, CInt(clamping: buffer.count)) == CInt(clamping: buffer.count)
        }
        guard isWritten else { throw ErrorQueue.failure("fill a buffer") }
        return bio
    }

    /// A copy of what was written.
    var contents: [UInt8] {
        var start: UnsafeMutablePointer<CChar>?
        let count = hallmark_bio_memory(handle, &start)
        guard let start, count > 0 else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
