/// What is asked of a server.
public struct HTTPRequest: Sendable {
    public enum Method: String, Sendable { case get = "GET", head = "HEAD", post = "POST", put = "PUT", patch = "PATCH", delete = "DELETE" }

    /// What becomes of an answer that points elsewhere.
    public enum Redirects: Hashable, Sendable {
        /// It is an error, `TransportError.redirected`.
        case refuse
        /// It is followed, for GET and HEAD only, and never from `https` to `http`. Credentials stay with the first origin.
        case follow(limit: Int)
    }

    public var method: Method
    public var address: HTTPAddress
    public var headers: HTTPHeaders
    public var body: HTTPBody
    /// Sent to the address's own origin alone.
    public var credentials: [Credential]
    public var redirects: Redirects
    /// How long nothing may move, in either direction, before the exchange is given up; the client's own if nil.
    public var idleTimeout: Duration?

    public init(
        _ method: Method, _ address: HTTPAddress, headers: HTTPHeaders = [:], body: HTTPBody = .none, credentials: [Credential] = [],
        redirects: Redirects = .refuse, idleTimeout: Duration? = nil
    ) {
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
        self.credentials = credentials
        self.redirects = redirects
        self.idleTimeout = idleTimeout
    }

    /// `text` without any of this request's secrets.
    func redacted(_ text: String) -> String { credentials.reduce(text) { $1.secret.redacted($0) } }
}
