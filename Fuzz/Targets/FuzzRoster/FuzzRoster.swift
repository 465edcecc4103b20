import Basics
import Cryptography
import Foundation
import Provenance

@testable import Roster

/// A version of a roster on any bytes: what is read must be read again from what is written. Unsigned, it is never a chain.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRoster(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = Data(UnsafeRawBufferPointer(start: start, count: count))
    guard let document = try? RosterDocument(parsing: data) else { return 0 }
    guard let again = try? RosterDocument(parsing: document.payload) else { preconditionFailure("written, it cannot be read") }
    precondition(again == document, "written and read again, it is another")
    let envelope = Envelope(payloadType: RosterDocument.payloadType, payload: data, signatures: [])
    let chain = try? RosterChain([envelope], pin: SHA256Digest(of: data), now: document.issued)
    precondition(chain == nil, "nobody signed it")
    return 0
}
