import Basics
import Cryptography
import Files
import Foundation
import SystemPackage
import Testing

@Suite struct DigestTests {
    @Test func `hashes the vectors of FIPS 180-4 and RFC 1321`() {
        #expect(SHA256Digest(of: "").hexadecimal == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(SHA256Digest(of: "abc").hexadecimal == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(MD5Digest(of: Array("message digest".utf8)).hexadecimal == "f96b697d7cb7938d525a2f31aaf161d0")
    }

    @Test func `a file's digests are those of its pieces, however they are cut`() throws {
        try TemporaryDirectory.withSync { folder in
            let bytes = Data((0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
            let path = folder.appending("file")
            try path.replaceContents(with: bytes)
            var hasher = SHA256()
            for start in stride(from: 0, to: bytes.count, by: 77_777) { hasher.update(bytes[start..<min(start + 77_777, bytes.count)]) }
            let digests = try FileDigests.compute(path)
            let inPieces = hasher.finish()
            #expect(digests.sha256 == inPieces)
            #expect(digests.sha256 == SHA256Digest(of: bytes))
            #expect(digests.md5 == MD5Digest(of: bytes))
            #expect(digests.byteCount == 2_500_000)
            #expect(throws: FileError.missing(folder.appending("other"))) { try FileDigests.compute(folder.appending("other")) }
        }
    }
}
