import SystemPackage

/// Where tlog-tiles keeps a tile: `tile/<level>/<number>[.p/<width>]`, numbers in groups of three digits.
enum TilePath {
    /// The hashes that a whole tile holds, and the levels of the tree that it spans.
    static let width: UInt64 = 256
    static let height = 8
    /// The most that a bundle of entries can have: 256 times two bytes of length and 65535 of entry.
    static let entriesByteLimit = 256 * (2 + Int(UInt16.max))

    static func hashes(level: Int, number: UInt64, width: UInt64) -> String { "tile/\(level)/" + spelled(number, width) }
    static func entries(number: UInt64, width: UInt64) -> String { "tile/entries/" + spelled(number, width) }

    private static func spelled(_ number: UInt64, _ width: UInt64) -> String {
        func group(_ value: UInt64) -> String { String(String(1000 + value).dropFirst()) }
        var path = group(number % 1000)
        var rest = number / 1000
        while rest > 0 {
            path = "x" + group(rest % 1000) + "/" + path
            rest /= 1000
        }
        return width == Self.width ? path : path + ".p/\(width)"
    }
}
