import Basics
public import Conda
import Foundation
import JSONReading
public import Transport

/// A server that speaks anaconda.org's API, as hallmark-channel does too.
///
/// Each call has a connection of its own, so that no connection idles away while bytes go to the object store.
public struct AnacondaServer: Sendable {
    /// Where the API is; channels may be served from elsewhere.
    public let address: HTTPAddress
    public var client: HTTPClient
    public var retries: RetryPolicy
    private let token: Secret?

    public init(address: HTTPAddress, token: Secret?, client: HTTPClient = HTTPClient(), retries: RetryPolicy = RetryPolicy()) {
        self.address = address
        self.token = token
        self.client = client
        self.retries = retries
    }

    /// The server of a channel: anaconda.org serves channels from another host than its API, all others from the same.
    public init(
        of channel: Channel, token: Secret?, client: HTTPClient = HTTPClient(), retries: RetryPolicy = RetryPolicy()
    ) throws(PublishingError) {
        let text = channel.server == "https://conda.anaconda.org" ? "https://api.anaconda.org" : channel.server
        do { self.init(address: try HTTPAddress(parsing: text), token: token, client: client, retries: retries) } catch { throw .transport(error) }
    }

    /// The file that the channel's owner has under this name, whatever its labels; nil if there is none.
    public func find(_ path: ArtifactPath, of channel: Channel) async throws(PublishingError) -> PublishedFile? {
        let action = "show `\(path)` of `\(channel.owner)`"
        let response = try await send(.get, ["dist"] + parts(path, channel))
        if response.status == 404 { return nil }
        let value = try json(try accepted(response, action), action)
        guard let file = PublishedFile(parsing: value), file.path == path else {
            throw .badAnswer(action: action, reason: "it is not about that file")
        }
        return file
    }

    // MARK: Calls

    /// `owner/package/version/subdir/file`, as the API names a file.
    func parts(_ path: ArtifactPath, _ channel: Channel) -> [String] {
        [channel.owner, path.name.package, path.name.version, path.subdir.name, path.name.fileName]
    }

    func request(
        _ method: HTTPRequest.Method, _ segments: [String], _ body: HTTPBody = .none, idleTimeout: Duration? = nil
    ) throws(PublishingError) -> HTTPRequest {
        do {
            return HTTPRequest(
                method, try address.appending(segments), headers: ["Accept": "application/json"], body: body,
                credentials: token.map { [.token($0)] } ?? [], idleTimeout: idleTimeout)
        } catch { throw .transport(error) }
    }

    /// Sends a call with the token. With `isRepeatable` a break or a server's failure is tried again; the last answer is
    /// returned whatever it is.
    func send(
        _ method: HTTPRequest.Method, _ segments: [String], _ body: JSONValue? = nil, isRepeatable: Bool = true, idleTimeout: Duration? = nil
    ) async throws(PublishingError) -> HTTPResponse {
        try await send(
            try request(method, segments, body.map { .json($0.serialized()) } ?? .none, idleTimeout: idleTimeout), isRepeatable: isRepeatable)
    }

    func send(_ request: HTTPRequest, isRepeatable: Bool = true, progress: ProgressObserver? = nil) async throws(PublishingError) -> HTTPResponse {
        try await retries.repeating(isRepeatable) { () throws(TransportError) in try await client.send(request, progress: progress) }
    }

    /// The answer, if it is a success; the refusal with all its reasons otherwise.
    @discardableResult
    func accepted(_ response: HTTPResponse, _ action: String) throws(PublishingError) -> HTTPResponse {
        guard response.isSuccess else { throw .refused(response.refusal(action)) }
        return response
    }

    func json(_ response: HTTPResponse, _ action: String) throws(PublishingError) -> JSONValue {
        do { return try JSONValue(parsing: response.body) } catch { throw .badAnswer(action: action, reason: error.message) }
    }
}

extension HTTPResponse {
    /// True for a server's own failure, which may pass.
    var isWorthRepeating: Bool { status >= 500 || status == 408 || status == 429 }

    /// What the server said no with: `failures` of hallmark-channel, each by its name, or one sentence.
    func refusal(_ action: String) -> Refusal {
        Refusal(server: address.origin, status: status, action: action, reasons: reasons)
    }

    var reasons: [RefusalReason] {
        // A body that is not JSON is a proxy's page or an object store's XML: its text has to do.
        guard let value = try? JSONValue(parsing: body), value.object != nil else {
            return text.isEmpty ? [] : [RefusalReason(detail: shown(text, limit: 300))]
        }
        let failures = value["failures"]?.array ?? []
        if !failures.isEmpty {
            return failures.map { failure in
                RefusalReason(name: shown(failure["name"]?.string ?? "", limit: 100), detail: shown(failure["detail"]?.string ?? "", limit: 1000))
            }
        }
        let sentences =
            ["error", "reason", "detail", "message"].compactMap { value[$0]?.string } + (value["errors"]?.array?.compactMap(\.string) ?? [])
        let all = (value["error"] != nil ? Array(sentences.prefix(1)) : sentences).filter { !$0.isEmpty }
        return all.map { RefusalReason(detail: shown($0)) }
    }
}
