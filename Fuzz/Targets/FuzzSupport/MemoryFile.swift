import Foundation
public import SystemPackage

/// A file that lives in memory, under one name, and is written anew for every input.
public final class MemoryFile: @unchecked Sendable {
    // SAFETY: libFuzzer calls its target on one thread.
    public static let shared = MemoryFile()
    public let path: FilePath
    private let descriptor: CInt

    init() {
        path = FilePath("/dev/shm/hallmark-fuzz-\(getpid())")
        descriptor = open(path.string, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        precondition(descriptor >= 0)
        atexit { unlink(MemoryFile.shared.path.string) }
    }

    public func write(_ bytes: UnsafeRawBufferPointer) {
        precondition(ftruncate(descriptor, 0) == 0)
        precondition(pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count)
    }
}
