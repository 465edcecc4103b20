import Basics
import Cryptography
import Foundation
import JSONReading
import SystemPackage

@testable import Verification

/// An archive of evidence on any bytes, and on archives put together from them: one that is read is written the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEvidence(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = Data(UnsafeRawBufferPointer(start: start, count: count))
    check(data)
    // Checksums and digests hide what lies behind them, so they are made to fit: a member is a name, a byte 0, its bytes, and a byte 1.
    let parts = data.split(separator: 1).prefix(64)
    var members: [StoredArchive.Member] = parts.map { part in
        let name = part.prefix { $0 != 0 }
        return .init(name: String(decoding: name.prefix(255), as: UTF8.self), bytes: Data(part.dropFirst(name.count + 1)))
    }
    let list: [JSONValue] = members.map {
        ["name": .string($0.name), "sha256": .string(SHA256Digest(of: $0.bytes).hexadecimal), "size": .integer(Int64($0.bytes.count))]
    }
    let manifest: JSONValue = [
        "_type": .string(EvidenceArchive.manifestType), "artifact": ["name": "a-1-0.conda", "sha256": .string(String(repeating: "0", count: 64))],
        "members": .array(list),
    ]
    members.insert(.init(name: "manifest.json", bytes: manifest.serialized(.compact)), at: 0)
    check(StoredArchive(members).contents)
    return 0
}

private func check(_ file: Data) {
    if let archive = try? StoredArchive(parsing: file) { precondition(archive.contents == file, "the archive is another") }
    guard let archive = try? EvidenceArchive(parsing: file) else { return }
    precondition(archive.contents == file, "the evidence is another")
    _ = archive.evidence(for: "/nowhere/a-1-0.conda")
}
