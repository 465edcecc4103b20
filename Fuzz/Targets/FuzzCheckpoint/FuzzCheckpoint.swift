import Foundation
import Ledger

/// A checkpoint's text, a ledger's entry and a witness's request on any bytes: there is one way to write what was read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCheckpoint(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = Data(UnsafeRawBufferPointer(start: start, count: count))
    if let request = try? WitnessRequest(parsing: data) { precondition(request.body == data, "the request is another") }
    if let entry = try? LedgerEntry(parsing: data) { precondition(entry.bytes == data, "the entry is another") }
    guard let text = String(validating: data, as: UTF8.self) else { return 0 }
    if let checkpoint = try? Checkpoint(parsing: text) { precondition(Data(checkpoint.text.utf8) == data, "the checkpoint is another") }
    return 0
}
