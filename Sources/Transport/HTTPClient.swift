import Dispatch
import Foundation
public import SystemPackage

/// Talks HTTP through libcurl: one connection an exchange, TLS always verified, no total time limit.
///
/// Exchanges block threads of a queue of their own, never those of Swift's pool. Cancelling the task ends the exchange
/// within a second with `TransportError.cancelled`.
public struct HTTPClient: Sendable {
    /// Which proxy is asked. This machine itself is always reached directly.
    public enum Proxy: Hashable, Sendable {
        case none
        /// What libcurl finds in `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy`.
        case environment
        case address(HTTPAddress)
    }

    public var userAgent: String
    public var proxy: Proxy
    /// A file of certificates (PEM) that is trusted in place of the system's.
    public var certificateAuthorities: FilePath?
    public var connectTimeout: Duration
    /// How long nothing may move in either direction.
    public var idleTimeout: Duration

    public init(
        userAgent: String = "hallmark", proxy: Proxy = .none, certificateAuthorities: FilePath? = nil, connectTimeout: Duration = .seconds(30),
        idleTimeout: Duration = .seconds(120)
    ) {
        self.userAgent = userAgent
        self.proxy = proxy
        self.certificateAuthorities = certificateAuthorities
        self.connectTimeout = connectTimeout
        self.idleTimeout = idleTimeout
    }

    /// Sends the request and reads the whole answer, whatever its status, up to `limit` bytes.
    public func send(_ request: HTTPRequest, limit: Int = 16 << 20, progress: ProgressObserver? = nil) async throws(TransportError) -> HTTPResponse {
        try await onQueue { cancellation throws(TransportError) in
            let sink = MemorySink(limit: limit)
            let end = try answer(to: request, into: sink, cancellation, progress)
            return HTTPResponse(status: end.status, headers: end.headers, body: sink.body, address: end.address, credentials: request.credentials)
        }
    }

    /// Downloads into `target`, going on where an earlier attempt broke off.
    ///
    /// The bytes grow in `.NAME.part` beside the target and get their name when all are there and `inspector` accepts
    /// them. A break leaves the part for the next attempt; a refusal removes it and throws
    /// `TransportError.rejected`. An answer that is not a success is returned, and no file is made.
    public func download(
        _ request: HTTPRequest, to target: FilePath, limit: Int64 = .max, inspector: any DownloadInspector, progress: ProgressObserver? = nil
    ) async throws(TransportError) -> HTTPResponse {
        try await onQueue { cancellation throws(TransportError) in
            let part = try PartialFile(for: target)
            let sink = DownloadSink(part: part, inspector: inspector, limit: limit)
            var request = request
            let offset = part.byteCount
            if offset > 0 { request.headers.add("Range", "bytes=\(offset)-") }
            var end = try answer(to: request, into: sink, cancellation, progress)
            if end.status == 416, offset > 0 {
                // Either everything was there, or what was there is of another file.
                if end.headers["Content-Range"] == "bytes */\(offset)" {
                    try sink.takeWhatIsThere()
                    end.status = 206
                } else {
                    try part.truncate()
                    request.headers.remove("Range")
                    end = try answer(to: request, into: sink, cancellation, progress)
                }
            }
            if [200, 206].contains(end.status) {
                guard inspector.accepts() else {
                    try part.discard()
                    throw .rejected(target, resumed: sink.isResumed)
                }
                try part.finish()
            } else if offset == 0 {
                try part.discard()
            }
            return HTTPResponse(status: end.status, headers: end.headers, body: sink.refusal, address: end.address, credentials: request.credentials)
        }
    }

    /// Follows redirects as the request allows.
    private func answer(
        to request: HTTPRequest, into sink: any ResponseSink, _ cancellation: Cancellation, _ progress: ProgressObserver?
    ) throws(TransportError) -> Exchange.End {
        var request = request
        var hops = 0
        while true {
            let end = try Exchange(request, sink: sink, cancellation: cancellation, progress: progress).perform(by: self)
            guard [301, 302, 303, 307, 308].contains(end.status) else { return end }
            let location = end.headers["Location"] ?? ""
            let shown = HTTPResponse(status: end.status, headers: end.headers, body: .init(), address: end.address, credentials: request.credentials)
                .shown(String(location.prefix { $0 != "?" }), limit: 200)
            guard case .follow(let limit) = request.redirects, [.get, .head].contains(request.method), !location.isEmpty else {
                throw .redirected(request.address, to: shown)
            }
            let next = try request.address.resolving(location)
            guard hops < limit else { throw .tooManyRedirects(request.address) }
            guard next.scheme == .https || request.address.scheme == .http else { throw .redirected(request.address, to: shown) }
            if next.origin != request.address.origin { request.credentials = [] }
            request.address = next
            hops += 1
        }
    }

    private func onQueue<Value: Sendable>(
        _ body: @escaping @Sendable (Cancellation) throws(TransportError) -> Value
    ) async throws(TransportError) -> Value {
        let cancellation = Cancellation()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, TransportError>, Never>) in
                Self.queue.async {
                    do throws(TransportError) { continuation.resume(returning: .success(try body(cancellation))) } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
            }
        } onCancel: {
            cancellation.cancel()
        }
        return try result.get()
    }

    private static let queue = DispatchQueue(label: "hallmark.transport", attributes: .concurrent)
}
