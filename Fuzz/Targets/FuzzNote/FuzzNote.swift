import Cryptography
import Foundation
import Ledger

/// A signed note, a key of one and a policy on any bytes: there is one way to write what was read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNote(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = Data(UnsafeRawBufferPointer(start: start, count: count))
    if let note = try? SignedNote(parsing: data) {
        precondition(Data(note.description.utf8) == data, "written, it is another")
        _ = try? VerifiedCheckpoint(note, by: Keys.log)
        _ = try? note.verified(by: Keys.witness)
    }
    guard let text = String(validating: data, as: UTF8.self) else { return 0 }
    if let key = try? NoteKey(parsing: text) { precondition(key.description == text) }
    _ = try? LogPolicy(parsing: text)
    return 0
}

/// Those of `docs/formats.md`, so that its notes verify.
private enum Keys {
    static let log = key("example.org/ledger+c695e814+AYLZvPxjz47ZyJKZqpVTGv0KTyFIVD3fwA3axCGcQ/MJ")
    static let witness = key("w.example.org+081a4d4c+BLstZKWIdy50YpSpFXbjG6sb/RkcxR+1pK7t200bigWW")

    private static func key(_ text: String) -> NoteKey {
        guard let key = try? NoteKey(parsing: text) else { preconditionFailure("the page has other keys") }
        return key
    }
}
