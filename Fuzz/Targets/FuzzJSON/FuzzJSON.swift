import Conda
import Foundation
import JSONReading

@testable import Packaging

/// The strict JSON reader on any bytes, and `index.json` and `paths.json` read as an artifact's are and judged; what is read must survive
/// being written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = Data(UnsafeRawBufferPointer(start: start, count: count))
    guard let value = try? JSONValue(parsing: data) else { return 0 }
    // The first writing may turn `1.0` into `1`; from there on it must stay what it is.
    let written = value.serialized()
    precondition((try? JSONValue(parsing: written))?.serialized() == written, "written and read again, it is another")
    let info = InfoFolder(files: ["index.json", "paths.json", "about.json"].map { .init(path: $0, contents: data, mode: 0o644, modified: 0) })
    _ = InfoCheck(info: info, others: []).problems()
    if let paths = try? info.paths() { _ = PathsCheck(paths: paths, payload: PayloadRecords()).problems() }
    return 0
}
