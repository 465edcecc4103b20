import Basics
import Foundation
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00Z", 951_825_600), ("2026-11-21T10:55:00Z", 1_795_258_500), ("1969-12-31T23:59:59Z", -1),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
        ] as [(String, Int64)])
    func `reads and writes RFC 3339 with Z`(text: String, seconds: Int64) {
        #expect(Timestamp(parsing: text)?.seconds == seconds)
        #expect(Timestamp(seconds: seconds).description == text)
    }

    @Test(arguments: [
        "2026-11-21T10:55:00+00:00", "2026-11-21 10:55:00Z", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-21T24:00:00Z", "",
        "2026-11-21T10:55:0٣Z",
        "2026-11-21T10:55:00z", "2026-11-21T10:55:00.0Z",
    ])
    func `has one spelling for one time`(text: String) { #expect(Timestamp(parsing: text) == nil) }

    @Test func `digests have their own length and one spelling`() {
        let digits = String(repeating: "0a", count: 32)
        #expect(SHA256Digest(parsing: digits)?.hexadecimal == digits)
        #expect(SHA256Digest(parsing: digits.uppercased())?.hexadecimal == digits)
        #expect(SHA256Digest(parsing: digits.dropLast()) == nil)
        #expect(SHA256Digest(parsing: digits.dropLast(2) + "0g") == nil)
        #expect(MD5Digest(parsing: digits) == nil)
    }
}
