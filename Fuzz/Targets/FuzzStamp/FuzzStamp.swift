import Cryptography
import Foundation

/// An authority's response on any bytes, and certificates: nothing is a stamp of what was never stamped.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStamp(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = Data(UnsafeRawBufferPointer(start: start, count: count))
    // The seeds begin with the length of the authority's certificate, and then have both.
    guard count > 2 else { return 0 }
    let length = Int(data[0]) << 8 | Int(data[1])
    guard length < count - 2 else { return 0 }
    let certificate = data.dropFirst(2).prefix(length)
    let stamp = TimestampToken(der: Data(data.dropFirst(2 + length)))
    precondition((try? stamp.verified(of: Data("never stamped".utf8), authorities: [Data(certificate)])) == nil, "a stamp of something else")
    return 0
}
