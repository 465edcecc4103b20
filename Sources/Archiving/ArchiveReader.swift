import CArchive
import Foundation

/// Reads tar archives, compressed or not, from a source, a member at a time (libarchive).
///
/// Nothing in a member is judged here: paths, links and sizes are as they were written. The handle is freed when the value
/// goes; a reader that is done throws nothing by going, because all statuses were checked on the way.
public struct ArchiveReader: ~Copyable {
    /// What may wrap the archive; a reader takes one, so that a file cannot choose a decoder for itself.
    public enum Compression: Sendable { case none, zstd, bzip2 }

    private let handle: OpaquePointer
    private let feed: SourceFeed
    /// libarchive's warnings, which are not errors to it; what to think of them is up to the caller.
    public private(set) var warnings: [String] = []

    private init(owning handle: OpaquePointer, feed: SourceFeed) {
        self.handle = handle
        self.feed = feed
    }

    deinit { archive_read_free(handle) }

    /// Opens a tar archive.
    public static func open(_ source: any ByteSource, compression: Compression) throws(ArchiveError) -> ArchiveReader {
        try open(source, compression, isTar: true)
    }

    /// Opens a compressed file without an archive in it: one member holds all.
    static func openRaw(_ source: any ByteSource, compression: Compression) throws(ArchiveError) -> ArchiveReader {
        try open(source, compression, isTar: false)
    }

    private static func open(_ source: any ByteSource, _ compression: Compression, isTar: Bool) throws(ArchiveError) -> ArchiveReader {
        guard let handle = archive_read_new() else { throw .library(action: "read an archive", text: "out of memory") }
        let reader = ArchiveReader(owning: handle, feed: SourceFeed(source))
        try reader.check("read an archive", isTar ? archive_read_support_format_tar(handle) : archive_read_support_format_raw(handle))
        switch compression {
        case .none: break
        case .zstd: try reader.check("read zstd", archive_read_support_filter_zstd(handle))
        case .bzip2: try reader.check("read bzip2", archive_read_support_filter_bzip2(handle))
        }
        let context = Unmanaged.passUnretained(reader.feed).toOpaque()
        let status = try UTF8Locale.with {
            archive_read_open2(
                handle, context, nil,
                { archive, context, buffer in
                    guard let context, let buffer else { return -1 }
                    let feed = Unmanaged<SourceFeed>.fromOpaque(context).takeUnretainedValue()
                    return feed.next(archive, buffer)
                }, nil, nil)
        }
        try reader.check("open the archive", status)
        return reader
    }

    /// The next member's header, or nil after the last one. What was not read of the member before is passed over.
    public mutating func nextEntry() throws(ArchiveError) -> ArchiveEntry? {
        var entry: OpaquePointer?
        let status = try UTF8Locale.with { archive_read_next_header(handle, &entry) }
        if status == ARCHIVE_EOF {
            if let failure = feed.failure { throw failure }
            return nil
        }
        try keepWarning(status)
        try check("read the next member", status)
        guard let entry else { throw .library(action: "read the next member", text: "it has no header") }
        return try UTF8Locale.with { Result { () throws(ArchiveError) in try ArchiveEntry(entry) } }.get()
    }

    /// Calls `body` with the member's bytes in order; holes of a sparse member come as zeros.
    public mutating func readContents<Failure: Error>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(ReadError<Failure>) {
        var position: Int64 = 0
        while true {
            var start: UnsafeRawPointer?
            var count = 0
            var offset: Int64 = 0
            let status = archive_read_data_block(handle, &start, &count, &offset)
            if status == ARCHIVE_EOF {
                if let failure = feed.failure { throw .archive(failure) }
                // A hole at the end has no block of its own; its length stands in the offset.
                if offset > position { try zeros(offset - position, body) }
                return
            }
            do throws(ArchiveError) {
                try keepWarning(status)
                try check("read a member", status)
                guard offset >= position else { throw .library(action: "read a member", text: "its parts are out of order") }
            } catch { throw .archive(error) }
            if offset > position { try zeros(offset - position, body) }
            do throws(Failure) { try body(UnsafeRawBufferPointer(start: start, count: count)) } catch { throw .body(error) }
            position = offset + Int64(count)
        }
    }

    /// Where the header of the member at hand begins in the uncompressed archive, or where the archive's end begins after the last one.
    public var headerPosition: Int64 { archive_read_header_position(handle) }

    /// Throws unless the bytes are compressed as was said when they were opened: libarchive takes plain bytes for what they are.
    func requireCompression(_ compression: Compression) throws(ArchiveError) {
        let code: CInt
        switch compression {
        case .none: return
        case .zstd: code = ARCHIVE_FILTER_ZSTD
        case .bzip2: code = ARCHIVE_FILTER_BZIP2
        }
        guard archive_filter_code(handle, 0) == code else {
            throw .library(action: "open the archive", text: "it is not compressed with \(compression)")
        }
    }

    /// Calls `body` with what lies behind the archive's end: first what libarchive was given and did not take, then the rest of the source.
    ///
    /// To be called after `nextEntry()` gave nil.
    public mutating func readRemainder(_ body: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void) throws(ArchiveError) {
        let taken = archive_filter_bytes(handle, 0)
        let left = min(feed.given - taken, Int64(feed.last.count))
        if left > 0 { try body(UnsafeRawBufferPointer(rebasing: feed.last.suffix(Int(left)))) }
        try feed.source.forEachBuffer(body)
    }

    /// Fills the start of `buffer` with the member's next bytes; 0 is its end.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let count = archive_read_data(handle, buffer.baseAddress, buffer.count)
        guard count >= 0 else {
            try keepWarning(CInt(count))
            throw feed.failure ?? .library(action: "read a member", text: text)
        }
        if count == 0, let failure = feed.failure { throw failure }
        return count
    }

    private func zeros<Failure: Error>(
        _ count: Int64, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(ReadError<Failure>) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { buffer.deallocate() }
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        var left = count
        while left > 0 {
            let part = Int(min(left, Int64(buffer.count)))
            do throws(Failure) { try body(UnsafeRawBufferPointer(rebasing: buffer[..<part])) } catch { throw .body(error) }
            left -= Int64(part)
        }
    }

    private mutating func keepWarning(_ status: CInt) throws(ArchiveError) {
        guard status == ARCHIVE_WARN else { return }
        warnings.append(text)
    }

    private func check(_ action: String, _ status: CInt) throws(ArchiveError) {
        if status == ARCHIVE_OK || status == ARCHIVE_WARN { return }
        throw feed.failure ?? .library(action: action, text: text)
    }

    private var text: String { archive_error_string(handle).map { String(cString: $0) } ?? "no reason given" }

    /// Whether the archive or the closure that was given its bytes refused.
    public enum ReadError<Failure: Error>: Error {
        case archive(ArchiveError)
        case body(Failure)
    }
}

/// What libarchive calls for more bytes: the source, a buffer, and the error that C cannot carry.
private final class SourceFeed {
    let source: any ByteSource
    private let lender: (any LendingSource)?
    /// For a source that lends nothing.
    private let buffer: UnsafeMutableRawBufferPointer
    var failure: ArchiveError?
    /// How many bytes were handed over in all.
    var given: Int64 = 0
    /// The bytes that were handed over last, which stay where they are until the next ones are asked for.
    var last = UnsafeRawBufferPointer(start: nil, count: 0)

    init(_ source: any ByteSource) {
        self.source = source
        lender = source as? any LendingSource
        buffer = .allocate(byteCount: lender == nil ? 256 << 10 : 0, alignment: 64)
    }
    deinit { buffer.deallocate() }

    func next(_ archive: OpaquePointer?, _ start: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
        do throws(ArchiveError) {
            let bytes = if let lender { try lender.lend() } else { UnsafeRawBufferPointer(rebasing: buffer[..<(try source.read(into: buffer))]) }
            start.pointee = bytes.baseAddress
            if !bytes.isEmpty { last = bytes }
            given += Int64(bytes.count)
            return bytes.count
        } catch {
            failure = error
            hallmark_archive_set_error(archive, EIO, error.message)
            return -1
        }
    }
}

extension ArchiveEntry {
    /// Copies what libarchive holds until the next header.
    fileprivate init(_ entry: OpaquePointer) throws(ArchiveError) {
        func text(_ pointer: UnsafePointer<CChar>?) throws(ArchiveError) -> String? {
            guard let pointer else { return nil }
            guard let text = String(validatingCString: pointer) else { throw .nameNotUTF8(String(cString: pointer)) }
            return text
        }
        guard let path = try text(archive_entry_pathname(entry)) else { throw .nameNotUTF8("?") }
        let kind: Kind
        if let target = try text(archive_entry_hardlink(entry)) {
            kind = .hardLink(target: target)
        } else {
            switch archive_entry_filetype(entry) {
            case FileType.regular: kind = .file
            case FileType.directory: kind = .directory
            case FileType.symbolicLink: kind = .symbolicLink(target: try text(archive_entry_symlink(entry)) ?? "")
            case FileType.characterDevice: kind = .special("character device")
            case FileType.blockDevice: kind = .special("block device")
            case FileType.pipe: kind = .special("pipe")
            case FileType.socket: kind = .special("socket")
            default: kind = .special("unknown type")
            }
        }
        self.init(
            path: path, kind: kind, size: kind == .file || archive_entry_size_is_set(entry) != 0 ? archive_entry_size(entry) : 0,
            mode: UInt32(archive_entry_perm(entry)), modified: Int64(archive_entry_mtime(entry)))
    }
}
