import Archiving
import Foundation
import FuzzSupport
import SystemPackage

/// The ZIP reader on any bytes: it may refuse them, and what it takes must have members that fill the file without touching.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzZip(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    MemoryFile.shared.write(UnsafeRawBufferPointer(start: start, count: count))
    guard let file = try? OpenedFile(MemoryFile.shared.path), let zip = try? StoredZip(reading: file) else { return 0 }
    var position: Int64 = 0
    for member in zip.members {
        precondition(member.range.lowerBound >= position + 30 && member.range.upperBound <= Int64(count))
        position = member.range.upperBound
        _ = try? zip.forEachBuffer(of: member)
    }
    return 0
}
