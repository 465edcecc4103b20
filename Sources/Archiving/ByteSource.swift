import Files
public import Foundation
import SystemPackage

/// Bytes in order, from wherever they come.
///
/// A class, because a source is handed to a C library that calls it back; one owner reads it, on one thread at a time.
public protocol ByteSource: AnyObject {
    /// Fills `buffer` from its start and says how far; 0 is the end, and stays the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int
}

extension ByteSource {
    /// Calls `body` with all that is left, a buffer at a time.
    public func forEachBuffer(ofSize size: Int = 256 << 10, _ body: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void) throws(ArchiveError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let count = try read(into: buffer)
            guard count > 0 else { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}

/// A part of a file, read with `pread(2)`: many sources may share one open file.
public final class FileRangeSource: ByteSource {
    private let file: OpenedFile
    private var offset: Int64
    private let end: Int64

    public init(_ file: OpenedFile, range: Range<Int64>) {
        self.file = file
        offset = range.lowerBound
        end = range.upperBound
    }

    public convenience init(_ file: OpenedFile) { self.init(file, range: 0..<file.size) }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let wanted = min(Int64(buffer.count), end - offset)
        guard wanted > 0 else { return 0 }
        let count = try file.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(wanted)]))
        offset += Int64(count)
        return count
    }
}

/// Bytes in memory.
public final class MemorySource: ByteSource {
    private let data: Data
    private var position = 0

    public init(_ data: Data) { self.data = data }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let count = min(buffer.count, data.count - position)
        guard count > 0 else { return 0 }
        data.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count])) }
        position += count
        return count
    }
}
