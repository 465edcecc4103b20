import Files
import Foundation
public import SystemPackage

/// A file that is open for reading, with the size it had then.
///
/// Reading is by offset, so it may be shared; the descriptor closes when the last owner lets go.
public final class OpenedFile: Sendable {
    public let path: FilePath
    public let size: Int64
    let descriptor: FileDescriptor

    public init(_ path: FilePath) throws(ArchiveError) {
        self.path = path
        do { descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec) } catch {
            let errno = error as? Errno ?? .ioError
            throw .file(errno == .noSuchFileOrDirectory ? .missing(path) : .system(action: "read", path: path, errno: errno))
        }
        var status = Foundation.stat()
        let result = fstat(descriptor.rawValue, &status)
        size = Int64(status.st_size)
        guard result == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .file(.system(action: "read", path: path, errno: result == 0 ? .invalidArgument : Errno(rawValue: Foundation.errno)))
        }
    }

    deinit { try? descriptor.close() }

    /// Reads up to `buffer.count` bytes at `offset`, and throws if the file has become shorter than it was.
    public func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let count: Int
        do { count = try descriptor.read(fromAbsoluteOffset: offset, into: buffer) } catch { throw failure(error) }
        guard count > 0 || offset >= size else { throw failure(Errno.ioError) }
        return count
    }

    /// Forces the file to the disk, whoever wrote it.
    public func flush() throws(ArchiveError) {
        guard fsync(descriptor.rawValue) == 0 else { throw .file(.system(action: "write", path: path, errno: Errno(rawValue: errno))) }
    }

    /// Exactly the bytes of `range`.
    public func bytes(_ range: Range<Int64>) throws(ArchiveError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var filled = 0
        while filled < bytes.count {
            let count: Int
            do {
                count = try bytes.withUnsafeMutableBytes {
                    try descriptor.read(
                        fromAbsoluteOffset: range.lowerBound + Int64(filled), into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
                }
            } catch { throw failure(error) }
            guard count > 0 else { throw failure(Errno.ioError) }
            filled += count
        }
        return bytes
    }

    private func failure(_ error: any Error) -> ArchiveError {
        .file(.system(action: "read", path: path, errno: error as? Errno ?? .ioError))
    }
}
