import Foundation

/// Cuts a stream of bytes into lines at LF, dropping one CR before it, and into parts where a line is longer than `limit`.
///
/// It holds at most `limit` bytes, whatever it is fed. A part is never cut within a UTF-8 sequence.
public struct LineSplitter: Sendable {
    public let limit: Int
    private var rest: [UInt8] = []

    public init(limit: Int) { self.limit = max(limit, 4) }

    public mutating func feed(_ bytes: UnsafeRawBufferPointer, keepingReturns: Bool = false, _ emit: (String, _ isContinued: Bool) -> Void) {
        var start = 0
        while start < bytes.count {
            let room = limit - rest.count
            let window = UnsafeRawBufferPointer(rebasing: bytes[start..<min(bytes.count, start + room)])
            if let end = Self.lineFeed(in: window) {
                if rest.isEmpty {
                    emit(Self.text(window[..<end], keepingReturns), false)
                } else {
                    rest.append(contentsOf: window[..<end])
                    emit(Self.text(rest[...], keepingReturns), false)
                    rest.removeAll(keepingCapacity: true)
                }
                start += end + 1
            } else {
                rest.append(contentsOf: window)
                start += window.count
                if rest.count == limit { flush(emit) }
            }
        }
    }

    /// `memchr`, as this is done for every byte of what may be gigabytes.
    private static func lineFeed(in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress, let found = memchr(base, CInt(UInt8(ascii: "\n")), bytes.count) else { return nil }
        return UnsafeRawPointer(found) - base
    }

    /// The last line, if it had no line break.
    public mutating func finish(_ emit: (String, _ isContinued: Bool) -> Void) {
        if !rest.isEmpty { emit(Self.text(rest[...], false), false) }
        rest.removeAll()
    }

    private mutating func flush(_ emit: (String, Bool) -> Void) {
        var end = rest.count
        // Back over at most three continuation bytes to the byte that leads them.
        var lead = end - 1
        while lead > end - 4, lead > 0, rest[lead] & 0xC0 == 0x80 { lead -= 1 }
        let length = rest[lead] >= 0xF0 ? 4 : rest[lead] >= 0xE0 ? 3 : rest[lead] >= 0xC0 ? 2 : 1
        if lead > 0, lead + length > end { end = lead }
        emit(String(decoding: rest[..<end], as: UTF8.self), true)
        rest.removeSubrange(..<end)
    }

    private static func text(_ bytes: some BidirectionalCollection<UInt8>, _ keepingReturns: Bool) -> String {
        String(decoding: bytes.last == UInt8(ascii: "\r") && !keepingReturns ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }
}
