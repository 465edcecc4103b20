import Basics
import Cryptography

/// One digest for all payload members, names, kinds, modes and contents, in the order of the archive.
///
/// It stands in for the digest of the payload's own archive where there is none (`.tar.bz2`).
struct PayloadDigest: MemberVisitor {
    private let whole = MemberHasher()
    private let member = MemberHasher()

    mutating func begin(_ member: ArtifactMember) {}
    mutating func take(_ bytes: UnsafeRawBufferPointer) { member.take(bytes) }
    mutating func end(_ member: ArtifactMember) {
        let contents = member.kind == .file ? self.member.finish().hexadecimal : ""
        guard member.part == .payload else { return }
        let line = "\(member.kind) \(member.mode & 0o7777) \(contents) \(member.path)\n"
        Array(line.utf8).withUnsafeBytes { whole.take($0) }
    }
    func finish() -> SHA256Digest { whole.finish() }
}
