import Archiving
import Foundation
import FuzzSupport
import SystemPackage

/// The block scanner and decoder on any bytes, against libarchive's decoder: what ours takes, libarchive takes, with the same bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBzip2(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    MemoryFile.shared.write(UnsafeRawBufferPointer(start: start, count: count))
    guard let file = try? OpenedFile(MemoryFile.shared.path), let source = try? SequentialBzip2.bytes(of: file, limit: 4 << 20) else { return 0 }
    var theirs: [UInt8] = []
    do {
        try DecompressingSource(FileRangeSource(file), compression: .bzip2).forEachBuffer { theirs += $0 }
    } catch { return 0 }
    precondition(theirs == source, "two decoders read two things")
    return 0
}

/// Our decoder without threads, which would cost more than the decoding.
enum SequentialBzip2 {
    static func bytes(of file: OpenedFile, limit: Int) throws -> [UInt8] {
        let source = Bzip2BlockSource(try Bzip2Layout(reading: file), limit: limit)
        var bytes: [UInt8] = []
        try source.forEachBuffer { bytes += $0 }
        return bytes
    }
}
