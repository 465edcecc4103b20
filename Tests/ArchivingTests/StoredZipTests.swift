import Files
import Foundation
import SystemPackage
import Testing

@testable import Archiving

struct StoredZipTests {
    private static func write(_ members: [(String, [UInt8])], to path: FilePath) throws {
        let sink = try FileSink(path)
        var writer = StoredZipWriter(into: sink)
        for (name, bytes) in members {
            try writer.add(name, size: Int64(bytes.count)) { (write) throws(ArchiveError) in
                try MemorySource(Data(bytes)).forEachBuffer(write)
            }
        }
        try writer.finish()
        try sink.commit()
    }

    /// Every member's name and bytes, with CRCs checked.
    private static func read(_ path: FilePath) throws -> [String: [UInt8]] {
        let zip = try StoredZip(reading: try OpenedFile(path))
        var members: [String: [UInt8]] = [:]
        for member in zip.members { members[member.name] = try zip.contents(of: member, limit: 1 << 20) }
        return members
    }

    private static func python(_ script: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    private static let sample: [(String, [UInt8])] = [("metadata.json", Array("{}".utf8)), ("pkg", Array(repeating: 7, count: 300)), ("info", [])]

    @Test func `reads back what it wrote, and Python agrees`() throws {
        try TemporaryDirectory.withSync { folder in
            let path = folder.appending("a.zip")
            try Self.write(Self.sample, to: path)
            #expect(try Self.read(path) == Dictionary(uniqueKeysWithValues: Self.sample))
            try Self.python(
                """
                import sys, zipfile
                zip = zipfile.ZipFile(sys.argv[1])
                assert zip.testzip() is None
                assert zip.namelist() == ["metadata.json", "pkg", "info"], zip.namelist()
                assert zip.read("pkg") == bytes([7]) * 300
                assert all(member.flag_bits == 0 and member.compress_type == 0 for member in zip.infolist())
                """, path.string)
        }
    }

    @Test(arguments: [
        "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], 'w') as z:\n  with z.open('a', 'w', force_zip64=True) as f: f.write(b'x' * 99)",
        // A file that cannot seek makes Python leave sizes to a data descriptor, of eight bytes each with zip64.
        """
        import io, sys, zipfile
        class Pipe(io.RawIOBase):
          def __init__(self, f): self.f = f
          def writable(self): return True
          def write(self, b): return self.f.write(b)
        with open(sys.argv[1], 'wb') as f, zipfile.ZipFile(Pipe(f), 'w') as z:
          with z.open('a', 'w') as m: m.write(b'x' * 99)
        """,
        """
        import io, sys, zipfile
        class Pipe(io.RawIOBase):
          def __init__(self, f): self.f = f
          def writable(self): return True
          def write(self, b): return self.f.write(b)
        with open(sys.argv[1], 'wb') as f, zipfile.ZipFile(Pipe(f), 'w') as z:
          with z.open('a', 'w', force_zip64=True) as m: m.write(b'x' * 99)
        """,
    ])
    func `reads zip64 and data descriptors as Python writes them`(script: String) throws {
        try TemporaryDirectory.withSync { folder in
            let path = folder.appending("a.zip")
            try Self.python(script, path.string)
            #expect(try Self.read(path) == ["a": Array(repeating: 0x78, count: 99)])
        }
    }

    @Test(arguments: [
        ("z.write(sys.argv[1] + '.src', 'a', zipfile.ZIP_DEFLATED)", "compressed"), ("z.comment = b'hello'; z.writestr('a', 'x')", "end"),
        ("z.writestr('a', 'x'); z.writestr('a', 'y')", "duplicate"), ("z.writestr('b/a', 'x')", "name"), ("z.writestr('.a', 'x')", "name"),
    ])
    func `refuses what is no plain archive of stored members`(statement: String, kind: String) throws {
        try TemporaryDirectory.withSync { folder in
            let path = folder.appending("a.zip")
            try FilePath(path.string + ".src").replaceContents(with: String(repeating: "x", count: 1000))
            try Self.python(
                "import sys, warnings, zipfile\nwarnings.simplefilter('ignore')\nwith zipfile.ZipFile(sys.argv[1], 'w') as z: \(statement)",
                path.string)
            do {
                _ = try Self.read(path)
                Issue.record("it was read")
            } catch ArchiveError.zip(let error) {
                switch error {
                case .compressed: #expect(kind == "compressed")
                case .noEnd: #expect(kind == "end")
                case .duplicate: #expect(kind == "duplicate")
                case .badName: #expect(kind == "name")
                default: throw error
                }
            }
        }
    }

    @Test func `refuses bytes before, between and behind the members`() throws {
        try TemporaryDirectory.withSync { folder in
            let path = folder.appending("a.zip")
            try Self.write(Self.sample, to: path)
            let whole = Array(try path.contents())
            for changed in [[0] + whole, whole + [0]] {
                try path.replaceContents(with: Data(changed))
                #expect(throws: ArchiveError.self) { try Self.read(path) }
            }
        }
    }

    @Test func `an archive that is cut at any byte is refused`() throws {
        try TemporaryDirectory.withSync { folder in
            let path = folder.appending("a.zip")
            try Self.write(Self.sample, to: path)
            let whole = try path.contents()
            for count in 0..<whole.count {
                try whole.prefix(count).write(to: URL(fileURLWithPath: path.string))
                #expect(throws: ArchiveError.self) { try Self.read(path) }
            }
        }
    }

    @Test func `a byte that is changed anywhere is noticed, or changes nothing that is read`() throws {
        try TemporaryDirectory.withSync { folder in
            let path = folder.appending("a.zip")
            try Self.write(Self.sample, to: path)
            let whole = try path.contents()
            var unnoticed = 0
            for place in 0..<whole.count {
                for mask in [0x01, 0x80, 0xFF] as [UInt8] {
                    var changed = whole
                    changed[place] ^= mask
                    try changed.write(to: URL(fileURLWithPath: path.string))
                    guard let members = try? Self.read(path) else { continue }
                    // Times, versions and attributes mean nothing to us; names and bytes do.
                    #expect(members == Dictionary(uniqueKeysWithValues: Self.sample))
                    unnoticed += 1
                }
            }
            #expect(unnoticed < 3 * 3 * 30)
        }
    }

    @Test func `a member of other than the promised size is refused`() throws {
        try TemporaryDirectory.withSync { folder in
            let sink = try FileSink(folder.appending("a.zip"))
            var writer = StoredZipWriter(into: sink)
            #expect(throws: ArchiveError.zip(.wrongSize(member: "a", promised: 2, given: 1))) {
                try writer.add("a", size: 2) { (write) throws(ArchiveError) in try MemorySource(Data([1])).forEachBuffer(write) }
            }
            #expect(try folder.children().count == 1)
        }
    }
}
