import Files
import Foundation
import SystemPackage
import Testing

@testable import Archiving

struct ArchiveTests {
    private static let entries: [(ArchiveEntry, String)] = [
        (ArchiveEntry(path: "bin", kind: .directory, mode: 0o755, modified: 1_600_000_000), ""),
        (ArchiveEntry(path: "bin/größe-名前", kind: .file, mode: 0o755, modified: 1_600_000_001), "contents"),
        (ArchiveEntry(path: String(repeating: "long/", count: 60) + "name", kind: .file, mode: 0o644, modified: 1_600_000_002), "long"),
        (ArchiveEntry(path: "link", kind: .symbolicLink(target: "bin/größe-名前"), mode: 0o777, modified: 1_600_000_003), ""),
        (ArchiveEntry(path: "hard", kind: .hardLink(target: "bin/größe-名前"), mode: 0o755, modified: 1_600_000_004), ""),
        (ArchiveEntry(path: "empty", kind: .file, modified: 0), ""),
    ]

    private static func write(_ compression: ArchiveWriter.Compression) throws -> Data {
        let sink = MemorySink(limit: 1 << 20)
        var writer = try ArchiveWriter.open(sink, compression: compression)
        for (entry, contents) in entries {
            if entry.kind == .file { try writer.add(entry, contents: Data(contents.utf8)) } else { try writer.add(entry) }
        }
        try writer.finish()
        return sink.data
    }

    private static func read(_ data: Data, _ compression: ArchiveReader.Compression) throws -> [(ArchiveEntry, String)] {
        var reader = try ArchiveReader.open(MemorySource(data), compression: compression)
        var entries: [(ArchiveEntry, String)] = []
        while let entry = try reader.nextEntry() {
            var contents: [UInt8] = []
            try reader.readContents { contents += $0 }
            entries.append((entry, String(decoding: contents, as: UTF8.self)))
        }
        return entries
    }

    @Test(arguments: [
        (ArchiveWriter.Compression.none, ArchiveReader.Compression.none), (.zstd(level: 19), .zstd), (.bzip2(level: 9), .bzip2),
    ])
    func `reads back what it wrote, names beyond ASCII included`(write: ArchiveWriter.Compression, read: ArchiveReader.Compression) throws {
        let entries = try Self.read(try Self.write(write), read)
        #expect(entries.map(\.1) == Self.entries.map(\.1))
        for (entry, (expected, contents)) in zip(entries.map(\.0), Self.entries) {
            var expected = expected
            expected.size = Int64(contents.utf8.count)
            // Tar marks folders by a slash.
            if expected.kind == .directory { expected.path += "/" }
            #expect(entry == expected)
        }
    }

    @Test func `equal members give equal bytes`() throws {
        #expect(try Self.write(.zstd(level: 19)) == Self.write(.zstd(level: 19)))
    }

    @Test(arguments: [(ArchiveWriter.Compression.none, ArchiveReader.Compression.none), (.zstd(level: 3), .zstd), (.bzip2(level: 9), .bzip2)])
    func `a cut archive never reads as a whole one`(write: ArchiveWriter.Compression, read: ArchiveReader.Compression) throws {
        let whole = try Self.write(write)
        let expected = try Self.read(whole, read).map(\.0)
        for count in 0..<whole.count {
            guard let entries = try? Self.read(whole.prefix(count), read).map(\.0) else { continue }
            // A tar archive may end at a member without saying so; what it gives then is a beginning, nothing else.
            #expect(expected.starts(with: entries))
            if read != .none { Issue.record("\(count) of \(whole.count) bytes were read without an error") }
        }
    }

    @Test func `a writer refuses more bytes than its header promised`() throws {
        var writer = try ArchiveWriter.open(MemorySink(limit: 1 << 20), compression: .none)
        try writer.add(ArchiveEntry(path: "a", kind: .file, size: 2))
        #expect(throws: ArchiveError.self) { try [UInt8](repeating: 0, count: 3).withUnsafeBytes { try writer.write($0) } }
    }

    @Test func `what a sink refuses is what the writer throws`() throws {
        func write() throws {
            var writer = try ArchiveWriter.open(MemorySink(limit: 1000), compression: .none)
            try writer.add(ArchiveEntry(path: "a", kind: .file), contents: Data(repeating: 1, count: 100_000))
            try writer.finish()
        }
        #expect(throws: ArchiveError.interrupted("more than 1000 bytes would be kept in memory")) { try write() }
    }

    @Test func `a file sink leaves nothing behind unless it is committed`() throws {
        try TemporaryDirectory.withSync { folder in
            let path = folder.appending("a")
            do {
                let sink = try FileSink(path)
                try sink.write([1, 2, 3])
            }
            #expect(try folder.children() == [])
            let sink = try FileSink(path)
            try sink.write([1, 2, 3])
            try sink.commit()
            #expect(try path.contents() == Data([1, 2, 3]))
        }
    }

    @Test func `the ZIP checksum is the one of the check vector`() {
        for split in 0...9 {
            var crc = CRC32()
            let bytes = Array("123456789".utf8)
            bytes[..<split].withUnsafeBytes { crc.update($0) }
            bytes[split...].withUnsafeBytes { crc.update($0) }
            #expect(crc.value == 0xCBF4_3926)
        }
    }
}
