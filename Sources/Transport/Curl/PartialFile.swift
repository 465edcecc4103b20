import Files
import Foundation
import SystemPackage

/// A download that is not whole yet: `.NAME.part` beside its target, locked against a second download.
final class PartialFile {
    private let target: FilePath
    private let path: FilePath
    private let descriptor: FileDescriptor
    private(set) var byteCount: Int64

    /// Opens what an earlier attempt left, or begins anew.
    init(for target: FilePath) throws(TransportError) {
        self.target = target
        path = target.removingLastComponent().appending(".\(target.lastComponent?.string ?? "").part")
        do {
            descriptor = try FileDescriptor.open(
                path, .readWrite, options: [.create, .closeOnExec, .noFollow], permissions: [.ownerReadWrite, .groupRead, .otherRead])
        } catch { throw Self.failure("write", path, error) }
        byteCount = 0
        var mine = Foundation.stat()
        var named = Foundation.stat()
        // Between our open and our lock another download may have given the file its final name.
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0, fstat(descriptor.rawValue, &mine) == 0, lstat(path.string, &named) == 0,
            mine.st_ino == named.st_ino, mine.st_dev == named.st_dev
        else { throw .file(.locked(path, holder: "another download")) }
        byteCount = try seek(0, .end)
    }

    deinit {
        // As of `FileLock`: a child that is just being started would keep the lock.
        flock(descriptor.rawValue, LOCK_UN)
        try? descriptor.close()
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(TransportError) {
        do { try descriptor.writeAll(bytes) } catch { throw Self.failure("write", path, error) }
        byteCount += Int64(bytes.count)
    }

    func truncate() throws(TransportError) {
        guard ftruncate(descriptor.rawValue, 0) == 0 else { throw Self.failure("write", path, Errno(rawValue: errno)) }
        byteCount = try seek(0, .start)
    }

    /// Reads the file from its start and leaves the position at its end.
    func forEachChunk(_ body: (UnsafeRawBufferPointer) -> Void) throws(TransportError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        _ = try seek(0, .start)
        while true {
            let count: Int
            do { count = try descriptor.read(into: buffer) } catch { throw Self.failure("read", path, error) }
            if count == 0 { return }
            body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Forces the bytes to the disk and gives them their name.
    func finish() throws(TransportError) {
        guard fsync(descriptor.rawValue) == 0, rename(path.string, target.string) == 0 else {
            throw Self.failure("write", target, Errno(rawValue: errno))
        }
    }

    func discard() throws(TransportError) {
        guard unlink(path.string) == 0 else { throw Self.failure("remove", path, Errno(rawValue: errno)) }
    }

    private func seek(_ offset: Int64, _ whence: FileDescriptor.SeekOrigin) throws(TransportError) -> Int64 {
        do { return try descriptor.seek(offset: offset, from: whence) } catch { throw Self.failure("read", path, error) }
    }

    private static func failure(_ action: String, _ path: FilePath, _ error: any Error) -> TransportError {
        .file(.system(action: action, path: path, errno: error as? Errno ?? .ioError))
    }
}
