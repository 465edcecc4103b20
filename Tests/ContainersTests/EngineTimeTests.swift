import Testing

@testable import Containers

@Suite struct EngineTimeTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-21T11:27:55.80225216Z", 1_795_260_475_802_252_160),
            ("2026-11-21T11:27:55Z", 1_795_260_475_000_000_000),
            ("2026-11-21T12:27:55.000000001+01:00", 1_795_260_475_000_000_001), ("2026-11-21T06:27:55.5-05:00", 1_795_260_475_500_000_000),
            ("2000-02-29T00:00:00Z", 951_782_400_000_000_000), ("0001-01-01T00:00:00Z", 0),
        ] as [(String, Int64)])
    func `times of engines are read to the nanosecond`(text: String, nanoseconds: Int64) {
        #expect(EngineTime(text)?.nanoseconds == nanoseconds)
    }

    @Test func `a clock that remembers the second reads every time as it is`() {
        var clock = EngineClock()
        let seconds = ["2026-11-21T11:27:55", "2026-11-21T11:27:56", "0001-01-01T00:00:00"]
        for second in seconds + seconds {
            for fraction in ["", ".", ".1", ".000000001", ".123456789", ".1234567890", ".12x"] {
                for zone in ["Z", "+01:00", "-05:30", "", "+0100"] {
                    let text = second + fraction + zone
                    let read = Array(text.utf8).withUnsafeBytes { clock.nanoseconds(of: $0) }
                    #expect(read == EngineTime(text)?.nanoseconds, "\(text)")
                }
            }
        }
    }

    @Test func `no beginning of a time is taken for one`() {
        let text = "2026-11-21T11:27:55.802Z"
        for length in 0..<text.count { #expect(EngineTime(text.prefix(length)) == nil) }
        for other in [
            "2026-13-21T11:27:55Z", "2026-11-21 11:27:55Z", "2026-11-21T24:27:55Z", "2026-11-21T11:27:55.Z", "2026-11-21T11:27:55.1234567890Z",
        ] {
            #expect(EngineTime(other) == nil)
        }
    }
}
