public import Foundation

/// What a server answered. A status of 400 or more is an answer like any other.
public struct HTTPResponse: Sendable {
    public let status: Int
    public let headers: HTTPHeaders
    public let body: Data
    /// Where the answer came from, after redirects.
    public let address: HTTPAddress
    /// The secrets that were sent, kept to be cut out of texts.
    private let credentials: [Credential]

    init(status: Int, headers: HTTPHeaders, body: Data, address: HTTPAddress, credentials: [Credential]) {
        self.status = status
        self.headers = headers
        self.body = body
        self.address = address
        self.credentials = credentials
    }

    public var isSuccess: Bool { (200..<300).contains(status) }

    /// `text`, which the server wrote, as it may be shown: on one line, without the secrets that were sent, without
    /// control characters that would move a terminal's cursor, and not longer than a person reads.
    public func shown(_ text: String, limit: Int = 2000) -> String {
        let redacted = credentials.reduce(text) { $1.secret.redacted($0) }
        let plain = String(
            String.UnicodeScalarView(
                redacted.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate: " "
                    default: scalar
                    }
                }))
        let words = plain.split(separator: " ").joined(separator: " ")
        return words.count > limit ? words.prefix(limit) + "…" : words
    }

    /// The body as a text for people; see `shown`.
    public var text: String { shown(String(decoding: body.prefix(16 << 10), as: UTF8.self)) }
}
