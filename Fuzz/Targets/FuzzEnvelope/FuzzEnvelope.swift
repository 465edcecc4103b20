import Cryptography
import Foundation
import Provenance

/// An envelope, a file of them and a statement on any bytes. What is read must be read again from what is written, and no key verifies it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEnvelope(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = Data(UnsafeRawBufferPointer(start: start, count: count))
    if let envelope = try? Envelope(parsing: data) {
        precondition(envelope.line == data)
        precondition((try? envelope.verified(by: [])) == nil, "verified without a key")
        precondition(envelope.preAuthenticationEncoding.count >= envelope.payload.count)
        if let statement = try? Statement(parsing: envelope.payload) { check(statement) }
    }
    let file = EnvelopeFile(parsing: data)
    precondition(EnvelopeFile(parsing: file.contents).envelopes == file.envelopes)
    if let statement = try? Statement(parsing: data) { check(statement) }
    return 0
}

private func check(_ statement: Statement) {
    guard let again = try? Statement(parsing: statement.payload) else { preconditionFailure("written, it cannot be read") }
    precondition(again == statement, "written and read again, it is another")
}
