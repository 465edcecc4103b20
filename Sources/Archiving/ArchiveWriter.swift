import CArchive
public import Foundation

/// Writes tar archives, compressed or not, into a sink (libarchive, pax only where ustar does not do).
///
/// Owner and group are always 0 without names, and no other time than the modification time is kept, so equal members in
/// equal order give equal bytes. An archive that was not finished is worthless; `finish()` is what writes its end.
public struct ArchiveWriter: ~Copyable {
    public enum Compression: Sendable, Hashable {
        case none
        case zstd(level: Int)
        /// Level 9 has blocks of 900,000 bytes.
        case bzip2(level: Int)
    }

    private let handle: OpaquePointer
    private let drain: SinkDrain
    private init(owning handle: OpaquePointer, drain: SinkDrain) {
        self.handle = handle
        self.drain = drain
    }
    deinit { archive_write_free(handle) }

    public static func open(_ sink: any ByteSink, compression: Compression) throws(ArchiveError) -> ArchiveWriter {
        try open(sink, compression, isTar: true)
    }

    /// Compresses one run of bytes without an archive around it: add one file and write its contents.
    static func openRaw(_ sink: any ByteSink, compression: Compression) throws(ArchiveError) -> ArchiveWriter {
        try open(sink, compression, isTar: false)
    }

    private static func open(_ sink: any ByteSink, _ compression: Compression, isTar: Bool) throws(ArchiveError) -> ArchiveWriter {
        guard let handle = archive_write_new() else { throw .library(action: "write an archive", text: "out of memory") }
        let writer = ArchiveWriter(owning: handle, drain: SinkDrain(sink))
        try writer.check("write an archive", isTar ? archive_write_set_format_pax_restricted(handle) : archive_write_set_format_raw(handle))
        switch compression {
        case .none: try writer.check("write an archive", archive_write_add_filter_none(handle))
        case .zstd(let level):
            try writer.check("write zstd", archive_write_add_filter_zstd(handle))
            try writer.check("set the zstd level", archive_write_set_filter_option(handle, "zstd", "compression-level", String(level)))
        case .bzip2(let level):
            try writer.check("write bzip2", archive_write_add_filter_bzip2(handle))
            try writer.check("set the bzip2 level", archive_write_set_filter_option(handle, "bzip2", "compression-level", String(level)))
        }
        try writer.check("write an archive", archive_write_set_bytes_in_last_block(handle, 1))
        let context = Unmanaged.passUnretained(writer.drain).toOpaque()
        let status = archive_write_open2(
            handle, context, nil,
            { archive, context, bytes, count in
                guard let context else { return -1 }
                return Unmanaged<SinkDrain>.fromOpaque(context).takeUnretainedValue().take(archive, bytes, count)
            }, nil, nil)
        try writer.check("open the archive", status)
        return writer
    }

    /// Begins a member; a file's contents follow by `write`, exactly `entry.size` bytes of them.
    public mutating func add(_ entry: ArchiveEntry) throws(ArchiveError) {
        let status = try UTF8Locale.with { () -> CInt in
            let header = archive_entry_new()
            defer { archive_entry_free(header) }
            archive_entry_set_pathname(header, entry.path)
            archive_entry_set_perm(header, mode_t(entry.mode))
            archive_entry_set_mtime(header, time_t(entry.modified), 0)
            archive_entry_set_size(header, 0)
            switch entry.kind {
            case .file:
                archive_entry_set_filetype(header, FileType.regular)
                archive_entry_set_size(header, entry.size)
            case .directory: archive_entry_set_filetype(header, FileType.directory)
            case .symbolicLink(let target):
                archive_entry_set_filetype(header, FileType.symbolicLink)
                archive_entry_set_symlink(header, target)
            case .hardLink(let target):
                archive_entry_set_filetype(header, FileType.regular)
                archive_entry_set_hardlink(header, target)
            case .special: return ARCHIVE_FAILED
            }
            return archive_write_header(handle, header)
        }
        // A warning here means that something of the header was lost, which is never wanted.
        guard status == ARCHIVE_OK else { throw drain.failure ?? .library(action: "write the member `\(entry.path)`", text: text) }
    }

    public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        guard bytes.count > 0 else { return }
        let count = archive_write_data(handle, bytes.baseAddress, bytes.count)
        guard count == bytes.count else {
            // libarchive cuts what goes beyond the size that the header promised, without a word.
            let why = count >= 0 ? "it holds more than its header says" : text
            throw drain.failure ?? .library(action: "write a member", text: why)
        }
    }

    /// Adds a whole member; `entry.size` is taken from `contents`.
    public mutating func add(_ entry: ArchiveEntry, contents: Data) throws(ArchiveError) {
        var entry = entry
        entry.size = Int64(contents.count)
        try add(entry)
        let bytes = [UInt8](contents)
        let status = bytes.withUnsafeBytes { $0.count == 0 ? 0 : archive_write_data(handle, $0.baseAddress, $0.count) }
        guard status == bytes.count else { throw drain.failure ?? .library(action: "write the member `\(entry.path)`", text: text) }
    }

    /// Writes the archive's end. The sink is the caller's to close.
    public consuming func finish() throws(ArchiveError) { try check("finish the archive", archive_write_close(handle)) }

    private func check(_ action: String, _ status: CInt) throws(ArchiveError) {
        guard status != ARCHIVE_OK else { return }
        throw drain.failure ?? .library(action: action, text: text)
    }

    private var text: String { archive_error_string(handle).map { String(cString: $0) } ?? "no reason given" }
}

/// What libarchive calls with finished bytes, and the error that C cannot carry.
private final class SinkDrain {
    let sink: any ByteSink
    var failure: ArchiveError?
    init(_ sink: any ByteSink) { self.sink = sink }

    func take(_ archive: OpaquePointer?, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
        do throws(ArchiveError) {
            try sink.write(UnsafeRawBufferPointer(start: bytes, count: count))
            return count
        } catch {
            failure = error
            hallmark_archive_set_error(archive, EIO, error.message)
            return -1
        }
    }
}
