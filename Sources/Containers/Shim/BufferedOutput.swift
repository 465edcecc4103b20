import Synchronization
import SystemPackage

/// Writes lines in large pieces: a container may write a million of them in two seconds, and each piece is a call of the kernel.
///
/// Whoever uses it calls `flush` now and then, so that a slow build's lines are seen at once. A reader who is gone does not matter: nothing is thrown.
final class BufferedOutput: Sendable {
    private let file: FileDescriptor
    private let buffer = Mutex<[UInt8]>([])

    init(_ file: FileDescriptor) { self.file = file }

    func add(_ body: (inout [UInt8]) -> Void) {
        buffer.withLock { buffer in
            body(&buffer)
            if buffer.count >= 60 << 10 { write(&buffer) }
        }
    }

    func flush() { buffer.withLock { write(&$0) } }

    private func write(_ buffer: inout [UInt8]) {
        guard !buffer.isEmpty else { return }
        _ = try? file.writeAll(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
