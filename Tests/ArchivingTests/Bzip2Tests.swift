import Files
import Foundation
import SystemPackage
import Testing

@testable import Archiving

struct Bzip2Tests {
    private static func pack(_ data: Data, _ command: String, in folder: FilePath) throws -> FilePath {
        let (plain, packed) = (folder.appending("plain"), folder.appending("packed.bz2"))
        try data.write(to: URL(fileURLWithPath: plain.string))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "\(command) < '\(plain)' > '\(packed)'"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return packed
    }

    private static func unpack(_ path: FilePath, threads: Int? = nil) throws -> Data {
        let source = try ParallelBzip2Source(try OpenedFile(path), threads: threads)
        var data = Data()
        try source.forEachBuffer { data.append(contentsOf: $0) }
        return data
    }

    /// Text-like, noisy, and full of runs, with a fixed seed.
    private static func sample(_ count: Int, seed: UInt64 = 1) -> Data {
        var state = seed
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        var data = Data()
        while data.count < count {
            switch next() % 4 {
            case 0: data.append(contentsOf: [UInt8](repeating: UInt8(next() % 256), count: Int(next() % 600)))
            case 1: data.append(contentsOf: (0..<Int(next() % 64)).map { _ in UInt8(next() % 256) })
            case 2: data.append(contentsOf: [UInt8](repeating: UInt8(next() % 3), count: Int(next() % 9)))
            default: data.append(contentsOf: "the quick brown fox \(next() % 100)\n".utf8)
            }
        }
        return data.prefix(count)
    }

    @Test(arguments: ["bzip2 -9", "bzip2 -1", "{ head -c 100000 | bzip2 -3; bzip2 -9 -c < /dev/null; printf rest | bzip2 -1; }"])
    func `decodes what bzip2 writes, many streams included`(command: String) throws {
        try TemporaryDirectory.withSync { folder in
            let data = Self.sample(350_000)
            let packed = try Self.pack(data, command, in: folder)
            let expected = command.contains("head") ? data.prefix(100_000) + Data("rest".utf8) : data
            let unpacked = try Self.unpack(packed)
            #expect(unpacked == expected)
        }
    }

    @Test(arguments: [0, 1, 3, 4, 5, 254, 255, 256, 259, 260, 1000, 3_000_000])
    func `a run of any length comes back`(count: Int) throws {
        try TemporaryDirectory.withSync { folder in
            let data = Data(repeating: 7, count: count) + Data("end".utf8)
            let unpacked = try Self.unpack(try Self.pack(data, "bzip2 -1", in: folder))
            #expect(unpacked == data)
        }
    }

    @Test func `a file cut at any byte is refused`() throws {
        try TemporaryDirectory.withSync { folder in
            let packed = try Self.pack(Self.sample(400), "bzip2", in: folder)
            let whole = try packed.contents()
            for count in 0..<whole.count {
                try whole.prefix(count).write(to: URL(fileURLWithPath: packed.string))
                #expect(throws: ArchiveError.self) { try Self.unpack(packed, threads: 1) }
            }
        }
    }

    @Test func `a byte changed anywhere is refused, or changes nothing that is read`() throws {
        try TemporaryDirectory.withSync { folder in
            let data = Self.sample(400)
            let packed = try Self.pack(data, "bzip2", in: folder)
            let whole = try packed.contents()
            var unnoticed = 0
            for place in 0..<whole.count {
                for mask in [0x01, 0x10, 0x80] as [UInt8] {
                    var changed = whole
                    changed[place] ^= mask
                    try changed.write(to: URL(fileURLWithPath: packed.string))
                    guard let unpacked = try? Self.unpack(packed, threads: 1) else { continue }
                    // The level may grow, a code that is never used may be another, and the last bits of the last byte mean nothing.
                    #expect(unpacked == data)
                    unnoticed += 1
                }
            }
            #expect(unnoticed < 20)
        }
    }

    @Test func `compresses in pieces, into one stream that bzip2 reads`() throws {
        try TemporaryDirectory.withSync { folder in
            let data = Self.sample(100_000) + Data((0..<4_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) })
            let path = folder.appending("made.bz2")
            let sink = try FileSink(path)
            let compressor = try ParallelBzip2Sink(into: sink)
            try data.withUnsafeBytes { try compressor.write($0) }
            try compressor.finish()
            try sink.commit()
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", "bzip2 -t '\(path)' && bzip2 -dc '\(path)' > '\(path).plain'"]
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
            let unpacked = try FilePath(path.string + ".plain").contents()
            #expect(unpacked == data)
            let layout = try Bzip2Layout(reading: try OpenedFile(path))
            #expect(layout.blocks.count >= 5)
        }
    }

    @Test func `marks are found at every bit`() {
        for shift in 0..<64 {
            var bits = [UInt8](repeating: 0, count: shift) + Self.bits(Bzip2Mark.block, 48) + [1, 0, 1] + Self.bits(Bzip2Mark.end, 48)
            bits += [UInt8](repeating: 1, count: 200 - bits.count % 8)
            var bytes = stride(from: 0, to: bits.count - 7, by: 8).map { start in bits[start..<start + 8].reduce(0) { $0 << 1 | $1 } }
            let count = bytes.count
            bytes += [UInt8](repeating: 0, count: 16)
            var found: [Bzip2Mark] = []
            bytes.withUnsafeBytes { Bzip2Scanner.marks(in: $0, count: count) { found.append(Bzip2Mark(kind: $0, bit: Int64($1))) } }
            #expect(found == [.init(kind: .block, bit: Int64(shift)), .init(kind: .end, bit: Int64(shift + 51))])
        }
    }

    private static func bits(_ value: UInt64, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> UInt64(count - 1 - $0) & 1) } }
}
