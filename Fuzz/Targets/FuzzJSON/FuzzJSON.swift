import Conda
import Foundation
import JSONReading

@testable import Packaging

/// The strict JSON reader and what is decoded from it, on any bytes; what is read must survive being written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = Data(UnsafeRawBufferPointer(start: start, count: count))
    guard let value = try? JSONValue(parsing: data) else { return 0 }
    // The first writing may turn `1.0` into `1`; from there on it must stay what it is.
    let written = value.serialized()
    precondition((try? JSONValue(parsing: written))?.serialized() == written, "written and read again, it is another")
    _ = try? StrictJSON.decode(IndexJSON.self, from: data)
    if let paths = try? StrictJSON.decode(PathsJSON.self, from: data) {
        _ = PathsCheck(paths: paths, payload: PayloadRecords()).problems()
    }
    return 0
}
