import CArchive
import Files
public import Foundation
public import SystemPackage

/// A place that takes bytes in order.
public protocol ByteSink: AnyObject {
    /// Takes all of `bytes` or throws.
    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError)
}

extension ByteSink {
    public func write(_ bytes: [UInt8]) throws(ArchiveError) {
        let result: Result<Void, ArchiveError> = bytes.withUnsafeBytes { buffer in
            do throws(ArchiveError) { return .success(try write(buffer)) } catch { return .failure(error) }
        }
        try result.get()
    }
}

/// Bytes kept in memory, up to a limit.
public final class MemorySink: ByteSink {
    public private(set) var data = Data()
    private let limit: Int

    public init(limit: Int) { self.limit = limit }

    public func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        guard data.count + bytes.count <= limit else { throw .interrupted("more than \(limit) bytes would be kept in memory") }
        data.append(contentsOf: bytes)
    }
}

/// A new file that takes its final name only when it is whole.
///
/// It is written beside the target under a hidden name and removed again unless `commit()` was called.
public final class FileSink: ByteSink {
    public let target: FilePath
    public private(set) var size: Int64 = 0
    private let temporary: FilePath
    let descriptor: FileDescriptor
    private var isCommitted = false

    public init(_ target: FilePath) throws(ArchiveError) {
        self.target = target
        let name = target.lastComponent?.string ?? ""
        temporary = target.removingLastComponent().appending(".\(name).\(UInt64.random(in: 0...UInt64.max)).part")
        do {
            descriptor = try FileDescriptor.open(
                temporary, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
        } catch { throw Self.failure(target, error) }
    }

    deinit {
        try? descriptor.close()
        if !isCommitted { unlink(temporary.string) }
    }

    public func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        do { _ = try descriptor.writeAll(toAbsoluteOffset: size, bytes) } catch { throw Self.failure(target, error) }
        size += Int64(bytes.count)
    }

    /// Appends a part of another file; the kernel copies it, or shares its blocks where the file system can (`copy_file_range(2)`).
    ///
    /// Nothing here has seen the bytes: whoever calls reads them back.
    func append(_ file: OpenedFile, _ range: Range<Int64>) throws(ArchiveError) {
        var (from, to) = (range.lowerBound, size)
        while from < range.upperBound {
            let count = hallmark_copy_file_range(
                file.descriptor.rawValue, &from, descriptor.rawValue, &to, Int(range.upperBound - from))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
        }
        size = to
        // Kernels and file systems that cannot do it say so in many ways, some by copying nothing.
        try FileRangeSource(file, range: from..<range.upperBound).forEachBuffer(ofSize: 1 << 20, write)
    }

    /// Overwrites what was written before; never makes the file longer.
    func patch(_ bytes: [UInt8], at offset: Int64) throws(ArchiveError) {
        precondition(offset + Int64(bytes.count) <= size)
        do { _ = try descriptor.writeAll(toAbsoluteOffset: offset, bytes) } catch { throw Self.failure(target, error) }
    }

    /// What was written so far, to be read back before it gets its name.
    public func written() throws(ArchiveError) -> OpenedFile { try OpenedFile(temporary) }

    /// Forces the file to the disk and gives it its name, replacing what was there.
    public func commit() throws(ArchiveError) {
        guard fsync(descriptor.rawValue) == 0, rename(temporary.string, target.string) == 0 else {
            throw Self.failure(target, Errno(rawValue: errno))
        }
        isCommitted = true
    }

    private static func failure(_ path: FilePath, _ error: any Error) -> ArchiveError {
        .file(.system(action: "write", path: path, errno: error as? Errno ?? .ioError))
    }
}
