import Foundation

@testable import Archiving
@testable import Packaging

/// The gate on any tar archive: what it lets through has paths that stay inside, once each.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTarGate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = Data(UnsafeRawBufferPointer(start: start, count: count))
    var pass = MemberPass(gate: MemberGate(limits: ReadingLimits(members: 1000, bytes: 16 << 20), packedBytes: Int64(count)))
    var witness = Witness()
    do {
        try pass.run(MemorySource(data), "fuzz", allowed: nil, nil, &witness)
        try pass.finish()
    } catch {}
    return 0
}

private struct Witness: MemberVisitor {
    private var seen: Set<[UInt8]> = []
    mutating func begin(_ member: ArtifactMember) {
        precondition(!member.path.isEmpty && member.path.first != "/")
        precondition(!member.path.split(separator: "/", omittingEmptySubsequences: false).contains { $0 == ".." || $0 == "." || $0.isEmpty })
        if member.kind != .directory { precondition(seen.insert(Array(member.path.utf8)).inserted) }
        if case .symbolicLink(let target) = member.kind { precondition(target.first != "/" && !target.isEmpty) }
    }
    mutating func take(_ bytes: UnsafeRawBufferPointer) {}
    mutating func end(_ member: ArtifactMember) {}
}
