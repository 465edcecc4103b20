import Archiving
import Basics
import Cryptography
import Foundation

/// Proves that the payload's archive is the same bytes in an old `.conda` and in the one made from it, reading each once.
struct PayloadComparison: Sendable {
    let old: StoredZip
    let oldMember: StoredZip.Member
    let new: StoredZip
    let newMember: StoredZip.Member

    /// The digest of both, whose CRC is the one in their headers.
    func digest() throws(ArchiveError) -> SHA256Digest {
        var sha256 = SHA256()
        var crc = CRC32()
        let (first, second) = (old.source(of: oldMember), new.source(of: newMember))
        let buffers = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 << 20, alignment: 64)
        defer { buffers.deallocate() }
        let half = buffers.count / 2
        let (left, right) = (UnsafeMutableRawBufferPointer(rebasing: buffers[..<half]), UnsafeMutableRawBufferPointer(rebasing: buffers[half...]))
        guard oldMember.size == newMember.size else { throw .interrupted("the payload that was written has another size") }
        while true {
            let count = try Self.fill(left, from: first)
            guard try Self.fill(right, from: second) == count else { throw .interrupted("the payload that was written has another size") }
            guard count > 0, let mine = left.baseAddress, let theirs = right.baseAddress else { break }
            guard memcmp(mine, theirs, count) == 0 else { throw .interrupted("the payload that was written is another") }
            let bytes = UnsafeRawBufferPointer(rebasing: left[..<count])
            sha256.update(bytes)
            crc.update(bytes)
        }
        guard crc.value == oldMember.crc32 else {
            throw .zip(.wrongCRC(member: oldMember.name, expected: oldMember.crc32, found: crc.value))
        }
        return sha256.finish()
    }

    private static func fill(_ buffer: UnsafeMutableRawBufferPointer, from source: FileRangeSource) throws(ArchiveError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            guard count > 0 else { break }
            filled += count
        }
        return filled
    }
}
