import Foundation

/// Cuts a stream of bytes into lines at LF, dropping one CR before it, and into parts where a line is longer than `limit`.
///
/// It holds at most `limit` bytes, whatever it is fed. A part is never cut within a UTF-8 sequence.
public struct LineSplitter: Sendable {
    public let limit: Int
    private var rest: [UInt8] = []

    public init(limit: Int) { self.limit = max(limit, 4) }

    public mutating func feed(_ bytes: UnsafeRawBufferPointer, keepingReturns: Bool = false, _ emit: (String, _ isContinued: Bool) -> Void) {
        cut(bytes, keepingReturns: keepingReturns) { line, isContinued in emit(String(decoding: line, as: UTF8.self), isContinued) }
    }

    /// The same for who wants bytes: each line lies in memory that is valid within the call alone.
    public mutating func cut(
        _ bytes: UnsafeRawBufferPointer, keepingReturns: Bool = false, _ emit: (UnsafeRawBufferPointer, _ isContinued: Bool) -> Void
    ) {
        var start = 0
        while start < bytes.count {
            let room = limit - rest.count
            let window = UnsafeRawBufferPointer(rebasing: bytes[start..<min(bytes.count, start + room)])
            if let end = Self.lineFeed(in: window) {
                if rest.isEmpty {
                    emit(Self.line(window[..<end], keepingReturns), false)
                } else {
                    rest.append(contentsOf: window[..<end])
                    rest.withUnsafeBytes { emit(Self.line($0[...], keepingReturns), false) }
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
        end { line, isContinued in emit(String(decoding: line, as: UTF8.self), isContinued) }
    }

    /// The last line in bytes.
    public mutating func end(_ emit: (UnsafeRawBufferPointer, _ isContinued: Bool) -> Void) {
        if !rest.isEmpty { rest.withUnsafeBytes { emit(Self.line($0[...], false), false) } }
        rest.removeAll()
    }

    private mutating func flush(_ emit: (UnsafeRawBufferPointer, Bool) -> Void) {
        var end = rest.count
        // Back over at most three continuation bytes to the byte that leads them.
        var lead = end - 1
        while lead > end - 4, lead > 0, rest[lead] & 0xC0 == 0x80 { lead -= 1 }
        let length = rest[lead] >= 0xF0 ? 4 : rest[lead] >= 0xE0 ? 3 : rest[lead] >= 0xC0 ? 2 : 1
        if lead > 0, lead + length > end { end = lead }
        rest.withUnsafeBytes { emit(UnsafeRawBufferPointer(rebasing: $0[..<end]), true) }
        rest.removeSubrange(..<end)
    }

    private static func line(_ bytes: Slice<UnsafeRawBufferPointer>, _ keepingReturns: Bool) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes.last == UInt8(ascii: "\r") && !keepingReturns ? bytes.dropLast() : bytes)
    }
}
