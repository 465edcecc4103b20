import Basics
import Foundation

/// An `http` or `https` URL, read once and spelled in one way, so that what we judge is what libcurl connects to.
///
/// It never holds credentials. Its description leaves the query out, because queries of object stores hold signatures.
public struct HTTPAddress: Hashable, Sendable, CustomStringConvertible {
    public enum Scheme: String, Sendable { case http, https }

    public let scheme: Scheme
    /// Lower case; an IPv6 address in its brackets.
    public let host: String
    /// Nil for the scheme's own.
    public let port: UInt16?
    /// Percent-encoded; begins with `/`.
    public let path: String
    let query: String?

    /// Reads an absolute URL.
    ///
    /// Throws `TransportError.badAddress` for other schemes, for credentials in the text, for a fragment, for bytes
    /// that are not visible ASCII, and for `.` and `..` in the path.
    public init(parsing text: some StringProtocol) throws(TransportError) {
        // A text with an `@` may hold a password and is not repeated.
        let shown = text.contains("@") ? "(address with credentials)" : String(text.prefix(200).prefix { $0 != "?" })
        guard let end = text.range(of: "://"), let scheme = Scheme(rawValue: text[..<end.lowerBound].lowercased()) else {
            throw .badAddress(shown, reason: "it begins neither with `https://` nor with `http://`")
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"\\\"<>^`{|}#".utf8.contains($0) }) else {
            throw .badAddress(shown, reason: "it holds characters that must be percent-encoded, or a fragment")
        }
        let rest = text[end.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { throw .badAddress(shown, reason: "it holds credentials") }
        guard let (host, port) = Self.split(authority) else { throw .badAddress(shown, reason: "it has no legal host and port") }
        let tail = rest[authority.endIndex...]
        let path = tail.prefix { $0 != "?" }
        let query = tail.dropFirst(path.count + 1)
        try self.init(
            scheme: scheme, host: host, port: port, path: path.isEmpty ? "/" : String(path), query: tail.contains("?") ? String(query) : nil)
    }

    private init(scheme: Scheme, host: String, port: UInt16?, path: String, query: String?) throws(TransportError) {
        let isClimbing = path.split(separator: "/").contains { [".", ".."].contains($0.lowercased().replacingOccurrences(of: "%2e", with: ".")) }
        guard !isClimbing else { throw .badAddress("\(scheme)://\(host)\(path)", reason: "it holds `.` or `..`") }
        self.scheme = scheme
        self.host = host
        self.port = port == scheme.port ? nil : port
        self.path = path
        self.query = query
    }

    private static func split(_ authority: some StringProtocol) -> (host: String, port: UInt16?)? {
        let host: String
        let rest: String
        if authority.first == "[" {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[...close].lowercased()
            guard host.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }), host.count > 4 else { return nil }
            rest = String(authority[authority.index(after: close)...])
        } else {
            host = authority.prefix { $0 != ":" }.lowercased()
            guard !host.isEmpty, host.first != ".",
                host.utf8.allSatisfy({ byte in
                    (48...57).contains(byte) || (97...122).contains(byte) || "-._".utf8.contains(byte)
                })
            else { return nil }
            rest = String(authority.dropFirst(host.count))
        }
        guard !rest.isEmpty else { return (host, nil) }
        guard rest.first == ":", rest.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }), let port = UInt16(rest.dropFirst()), port > 0 else {
            return nil
        }
        return (host, port)
    }

    /// The address below this one, with each segment percent-encoded; a slash in a segment is encoded too.
    ///
    /// A query of this address is dropped. Throws `TransportError.badAddress` for an empty segment, `.` and `..`.
    public func appending(_ segments: String...) throws(TransportError) -> HTTPAddress { try appending(segments) }

    public func appending(_ segments: [String]) throws(TransportError) -> HTTPAddress {
        var path = self.path
        for segment in segments {
            guard !segment.isEmpty else { throw .badAddress("\(self)", reason: "a part of the path would be empty") }
            path += (path.hasSuffix("/") ? "" : "/") + Self.encoded(segment)
        }
        return try HTTPAddress(scheme: scheme, host: host, port: port, path: path, query: nil)
    }

    /// This address with a query in place of its own.
    public func with(query fields: [(name: String, value: String)]) throws(TransportError) -> HTTPAddress {
        let query = fields.map { Self.encoded($0.name) + "=" + Self.encoded($0.value) }.joined(separator: "&")
        return try HTTPAddress(scheme: scheme, host: host, port: port, path: path, query: query)
    }

    /// What `reference` (a `Location`, a `post_url`) means here (RFC 3986, 5.2, without `..`).
    public func resolving(_ reference: String) throws(TransportError) -> HTTPAddress {
        if reference.hasPrefix("//") { return try HTTPAddress(parsing: "\(scheme):\(reference)") }
        if reference.hasPrefix("/") { return try HTTPAddress(parsing: origin + reference) }
        if reference.contains("://") { return try HTTPAddress(parsing: reference) }
        let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
        return try HTTPAddress(parsing: origin + folder + reference)
    }

    /// Scheme, host and port: who gets to see what is sent.
    public var origin: String { "\(scheme.rawValue)://\(host)" + (port.map { ":\($0)" } ?? "") }
    /// The whole URL, with its query. Not for errors.
    public var url: String { origin + path + (query.map { "?" + $0 } ?? "") }
    public var description: String { origin + (path == "/" ? "" : path) }

    /// True when the host is this machine by its very name, so that nothing leaves it.
    public var isLoopback: Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost" || host == "[::1]" || (parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil })
    }

    private static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-._~!+".utf8.contains(byte)
            result += isPlain ? String(UnicodeScalar(byte)) : "%" + [byte].hexadecimal.uppercased()
        }
        return result
    }
}

extension HTTPAddress.Scheme {
    var port: UInt16 { self == .https ? 443 : 80 }
}
