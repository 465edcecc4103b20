import Basics
import Conda
import Cryptography
import JSONReading
import Testing

@testable import ChannelServer

@Suite struct WireTests {
    @Test(arguments: [
        "/dist/me/foo/0.1/linux-64/foo-0.1-h1_0.conda", "/dist/me/foo/0.1/linux-64%2Ffoo-0.1-h1_0.conda",
        "/dist/me/foo/0.1/linux-64%2ffoo-0.1-h1_0.conda/",
    ])
    func `a quoted basename is the same as a plain one`(path: String) throws {
        let basename = try Basename(parsing: "linux-64/foo-0.1-h1_0.conda")
        #expect(try Route(parsing: path) == .dist(.init(owner: try Owner(parsing: "me"), package: "foo", version: "0.1", basename: basename)))
    }

    @Test func `reads a channel's paths`() throws {
        let me = try Owner(parsing: "me")
        let basename = try Basename(parsing: "noarch/nop-1-0.tar.bz2")
        #expect(try Route(parsing: "/me/linux-64/repodata.json") == .repodata(me, .main, .linux64))
        #expect(try Route(parsing: "/me/label/manual/noarch/repodata.json") == .repodata(me, .manual, .noarch))
        #expect(try Route(parsing: "/me/label/manual/noarch/nop-1-0.tar.bz2") == .file(me, .manual, basename))
        #expect(try Route(parsing: "/me/noarch/nop-1-0.tar.bz2.intoto.jsonl") == .sidecar(me, .main, basename, .envelopes))
        #expect(try Route(parsing: "/evidence/me/noarch%2Fnop-1-0.tar.bz2.sig") == .evidence(me, basename, .signature))
        #expect(try Route(parsing: "/evidence/me/noarch/nop-1-0.tar.bz2") == .evidenceList(me, basename))
        #expect(try Route(parsing: "/copy/package/me/foo/0.1/") == .copy(me, package: "foo", version: "0.1", nil))
    }

    @Test(arguments: [
        "/me/label/../../etc/passwd", "/me/%2e%2e/repodata.json", "/me/label/manual/linux-64/..%2f..%2fchannel.sqlite", "/me/linux-64/a.html",
        "/me/linux-64/foo-0.1-h1_0.conda.exe", "/dist/me/foo/0.1/linux-64/bar-0.1-h1_0.conda", "/dist/me/foo/0.1/linux-64/foo-0.2-h1_0.conda",
        "/dist/me/../0.1/linux-64/foo-0.1-h1_0.conda", "//me", "/me/%00/repodata.json", "/stage/me/foo/0.1", "/label/manual/noarch/repodata.json",
        "/me/noarch/%ff-1-0.conda", "/channels/me/a b", "/channels/me/-x",
    ])
    func `refuses paths that it does not have`(path: String) {
        #expect(throws: APIFailure.self) { try Route(parsing: path) }
    }

    @Test(arguments: [
        // RFC 4231, test cases 1, 2 and 6.
        (String(repeating: "0b", count: 20), "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        ("4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            String(repeating: "aa", count: 131),
            "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func `authenticates as RFC 4231 says`(key: String, message: String, code: String) throws {
        let authentication = MessageAuthentication(key: try #require([UInt8](hexadecimal: key)))
        let bytes = try #require([UInt8](hexadecimal: message))
        #expect(authentication.code(of: bytes).hexadecimal == code)
    }

    @Test func `a form that was changed in any field is refused`() throws {
        let authentication = MessageAuthentication(key: [1, 2, 3])
        let now = Timestamp(seconds: 1_000_000)
        let policy = UploadPolicy(key: "abc", byteLimit: 10, expires: now.adding(seconds: 60))
        let fields = Dictionary(uniqueKeysWithValues: policy.fields(signedBy: authentication).map { ($0.name, $0.value) })
        #expect(try UploadPolicy(verifying: fields, by: authentication, at: now) == policy)

        func refused(
            _ error: ObjectStoreError?, _ change: (inout [String: String]) -> Void, at time: Timestamp = now, by other: MessageAuthentication? = nil
        ) {
            var changed = fields
            change(&changed)
            do {
                _ = try UploadPolicy(verifying: changed, by: other ?? authentication, at: time)
                Issue.record("accepted \(changed)")
            } catch let thrown { if let error { #expect(thrown == error) } }
        }
        refused(.accessDenied("the key is another one"), { $0["key"] = "abd" })
        refused(.signatureDoesNotMatch, { $0["policy"] = Base64.encode(Array("{}".utf8)) })
        refused(.signatureDoesNotMatch, { $0["signature"] = String(repeating: "0", count: 64) })
        refused(.signatureDoesNotMatch, { $0["signature"] = nil })
        refused(nil, { $0["policy"] = nil })
        refused(.signatureDoesNotMatch, { _ in }, by: MessageAuthentication(key: [1, 2, 4]))
        refused(nil, { _ in }, at: policy.expires)
    }

    @Test(
        arguments: [
            ("bytes=0-0", .part(0...0)), ("bytes=2-", .part(2...9)), ("bytes=-3", .part(7...9)), ("bytes=5-100", .part(5...9)),
            ("bytes=-100", .part(0...9)),
            ("bytes=10-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=0-1,3-4", .whole), ("bytes=5-4", .whole), ("lines=1-2", .whole),
            ("bytes=a-b", .whole), ("bytes=-", .whole), ("", .whole), ("bytes=+1-2", .whole),
        ] as [(String, ByteRange)])
    func `reads a range as RFC 9110 says`(header: String, range: ByteRange) {
        #expect(ByteRange.parse(header, of: 10) == range)
    }

    @Test func `writes dates as headers want them`() {
        #expect(HTTPDate.text(Timestamp(seconds: 784_111_777)) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(Timestamp(seconds: 0)) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }

    @Test(arguments: [
        ("qt-main", "q/t/m/qt-main.json"), ("r", "r/z/z/r.json"), ("_libgcc_mutex", "l/i/b/_libgcc_mutex.json"), ("7zip", "7/z/i/7zip.json"),
    ])
    func `shards the registry as feedstock-outputs does`(package: String, path: String) { #expect(OutputRegistry.shard(of: package) == path) }

    @Test func `a token is read in one spelling`() throws {
        let token = try AccessToken.generate()
        let read = try #require(AccessToken(parsing: token.text))
        #expect(read.proves(token.digest))
        #expect(try !AccessToken.generate().proves(token.digest))
        for text in ["", "hm-", token.text + "0", String(token.text.dropLast()), token.text.replacing("hm-", with: "xx-"), token.text + "\n"] {
            #expect(AccessToken(parsing: text) == nil)
        }
    }
}
