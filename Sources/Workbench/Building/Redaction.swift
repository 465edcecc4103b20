import Foundation

/// Takes secrets out of lines that are written down.
struct Redaction: Sendable {
    /// The values of secret variables that this process was started with, the longest first: one may hold another.
    private let values: [[UInt8]]
    private let longest: Int

    private static let at = UInt8(ascii: "@")
    private static let scheme = Array("://".utf8)
    private static let token = Array("/t/".utf8)
    private static let replacement = Array("[secret]".utf8)

    init(values: [String]) {
        self.values = values.map { Array($0.utf8) }.filter { $0.count >= 6 }.sorted { $0.count > $1.count }
        longest = self.values.first?.count ?? 0
    }

    /// Whether there is anything to look at more closely, which in nearly all lines there is not.
    func mayChange(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let start = text.baseAddress else { return false }
        if values.contains(where: { Self.position(of: $0, in: text) != nil }) { return true }
        guard memchr(start, CInt(Self.at), text.count) != nil || Self.position(of: Self.token, in: text) != nil else { return false }
        return Self.position(of: Self.scheme, in: text) != nil
    }

    func callAsFunction(_ text: String) -> String {
        var text = text
        for value in values { text = Self.replacing(value, in: text) }
        let bytes = text.utf8
        // A password in a URL, as in https://user:password@host, and a token in a channel's, as in https://host/t/TOKEN/channel.
        if bytes.contains(Self.at), text.contains("://") {
            text = text.replacing(#/:\/\/[^\/\s@:]+(:[^\/\s@]*)?@/#) { match in match.output.1 == nil ? String(match.output.0) : "://[secret]@" }
        }
        if text.contains("/t/"), text.contains("://") { text = text.replacing(#/\/t\/[A-Za-z0-9_\-]{8,}\//#) { _ in "/t/[secret]/" } }
        return text
    }

    /// How many bytes of a line's part can be written before its next part is known, so that no secret is cut in two.
    ///
    /// Up to a space in the last kilobytes, because no address holds one, and not into a value. A part without any is no text that a person reads.
    func safeCount(of part: UnsafeRawBufferPointer) -> Int {
        let window = max(0, part.count - max(4096, 2 * longest))
        var count = part.count - min(part.count, max(longest - 1, 0))
        if let space = part[window..<count].lastIndex(where: { $0 == 32 || $0 == 9 }) { count = space + 1 }
        for value in values {
            // An occurrence that begins before the cut and ends behind it.
            let begin = max(0, count - value.count + 1)
            let around = UnsafeRawBufferPointer(rebasing: part[begin..<min(part.count, count + value.count - 1)])
            if let found = Self.position(of: value, in: around) { count = begin + found }
        }
        return count
    }

    /// By bytes: what follows a secret may be a character that joins its last one.
    private static func replacing(_ value: [UInt8], in text: String) -> String {
        var text = text
        return text.withUTF8 { bytes -> String? in
            var rest = UnsafeRawBufferPointer(bytes)
            var result: [UInt8] = []
            while let found = position(of: value, in: rest) {
                result += rest[..<found] + replacement
                rest = UnsafeRawBufferPointer(rebasing: rest[(found + value.count)...])
            }
            return result.isEmpty ? nil : String(decoding: result + rest, as: UTF8.self)
        } ?? text
    }

    private static func position(of needle: [UInt8], in text: UnsafeRawBufferPointer) -> Int? {
        guard let start = text.baseAddress, let first = needle.first else { return nil }
        var begin = 0
        while begin + needle.count <= text.count {
            guard let found = memchr(start + begin, CInt(first), text.count - needle.count + 1 - begin) else { return nil }
            let offset = UnsafeRawPointer(found) - start
            if memcmp(found, needle, needle.count) == 0 { return offset }
            begin = offset + 1
        }
        return nil
    }
}
