import Foundation
public import SystemPackage

/// One file in zstd's format, without an archive around it, as `zstd` and `zstdcat` know it.
public enum CompressedFile {
    public static let fileExtension = ".zst"

    /// Compresses `source` into `target`, which has its name only once it is whole and on the disk.
    public static func compress(_ source: FilePath, to target: FilePath, level: Int = 9) throws(ArchiveError) {
        let file = try OpenedFile(source)
        let sink = try FileSink(target)
        var writer = try ArchiveWriter.openRaw(sink, compression: .zstd(level: level))
        // The raw format keeps no header; the size is what libarchive will take and no more.
        try writer.add(ArchiveEntry(path: "data", kind: .file, size: file.size))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
        defer { buffer.deallocate() }
        let bytes = FileRangeSource(file)
        while true {
            let count = try bytes.read(into: buffer)
            if count == 0 { break }
            try writer.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        try writer.finish()
        try sink.commit()
    }

    /// Hands over what `path` holds, a piece of at most 256 KiB at a time.
    public static func forEachPiece(of path: FilePath, _ body: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void) throws(ArchiveError) {
        let source = try DecompressingSource(FileRangeSource(try OpenedFile(path)), compression: .zstd)
        try source.forEachBuffer(body)
    }

    /// Writes what `source` holds into `target`, which has its name only once it is whole.
    public static func decompress(_ source: FilePath, to target: FilePath) throws(ArchiveError) {
        let sink = try FileSink(target)
        try forEachPiece(of: source) { bytes throws(ArchiveError) in try sink.write(bytes) }
        try sink.commit()
    }
}
