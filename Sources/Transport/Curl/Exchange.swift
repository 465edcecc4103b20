import CCurl
import Foundation
import SystemPackage

/// One request and its answer, on one thread, over a connection of its own.
final class Exchange {
    /// What is known when an answer is whole.
    struct End {
        var status: Int
        var headers: HTTPHeaders
        var address: HTTPAddress
    }

    private static let headerLimit = 256 << 10

    private let request: HTTPRequest
    private let sink: any ResponseSink
    private let cancellation: Cancellation
    private let observer: ProgressObserver?
    private var source: BodySource?
    private var status = 0
    private var headers = HTTPHeaders()
    private var headerByteCount = 0
    /// What one of our own callbacks threw; libcurl only knows that it ended the exchange.
    private var failure: TransportError?
    private var progress = TransferProgress()
    private var lastReport = ContinuousClock.now

    init(_ request: HTTPRequest, sink: any ResponseSink, cancellation: Cancellation, progress: ProgressObserver?) {
        self.request = request
        self.sink = sink
        self.cancellation = cancellation
        observer = progress
    }

    /// Blocks until the answer is whole or cannot be had.
    func perform(by client: HTTPClient) throws(TransportError) -> End {
        guard !cancellation.isCancelled else { throw .cancelled }
        try request.headers.checked()
        if !request.credentials.isEmpty, request.address.scheme == .http, !request.address.isLoopback { throw .secretInTheClear(request.address) }
        var easy = try EasyHandle.create(for: request.address)
        try setConnection(easy, client)
        try setCallbacks(easy)
        try setBody(&easy)
        try setHeaders(&easy, client)
        let code = SilencedPipe.during { withExtendedLifetime(self) { easy.perform() } }
        observer?(progress)
        if let failure { throw failure }
        if cancellation.isCancelled { throw .cancelled }
        // A server that refuses early may close the connection while we still send: its answer counts.
        let isRefusal = status >= 400 && (code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR)
        guard code == CURLE_OK || isRefusal else {
            throw .failed(Self.failure(code, isConnected: easy.isConnected), request.address, detail: request.redacted(easy.text(of: code)))
        }
        return End(status: status, headers: headers, address: request.address)
    }

    private func setConnection(_ easy: borrowing EasyHandle, _ client: HTTPClient) throws(TransportError) {
        try easy.set(CURLOPT_URL, request.address.url)
        try easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
        try easy.set(CURLOPT_PATH_AS_IS, 1)
        try easy.set(CURLOPT_FOLLOWLOCATION, 0)
        try easy.set(CURLOPT_NOSIGNAL, 1)
        try easy.set(CURLOPT_SSL_VERIFYPEER, 1)
        try easy.set(CURLOPT_SSL_VERIFYHOST, 2)
        try easy.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let authorities = client.certificateAuthorities { try easy.set(CURLOPT_CAINFO, authorities.string) }
        switch client.proxy {
        // The empty text also keeps libcurl from looking into the environment.
        case .none: try easy.set(CURLOPT_PROXY, "")
        case _ where request.address.isLoopback: try easy.set(CURLOPT_PROXY, "")
        case .environment: break
        case .address(let proxy): try easy.set(CURLOPT_PROXY, proxy.origin)
        }
        try easy.set(CURLOPT_CONNECTTIMEOUT_MS, client.connectTimeout.milliseconds)
        try easy.set(CURLOPT_LOW_SPEED_LIMIT, 1)
        try easy.set(CURLOPT_LOW_SPEED_TIME, max(1, (request.idleTimeout ?? client.idleTimeout).milliseconds / 1000))
        try easy.set(CURLOPT_TIMEOUT, 0)
    }

    private func setHeaders(_ easy: inout EasyHandle, _ client: HTTPClient) throws(TransportError) {
        try easy.addHeader("User-Agent: \(client.userAgent)")
        // No waiting for `100 Continue`: a server that refuses is heard while we send.
        try easy.addHeader("Expect:")
        switch request.body {
        case .bytes(_, let type), .file(_, let type): try easy.addHeader("Content-Type: \(type)")
        case .none, .multipart: break
        }
        for field in request.headers.fields {
            // libcurl's spelling for a field with an empty value.
            try easy.addHeader(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        for credential in request.credentials {
            try credential.secret.withText { secret throws(TransportError) in
                try easy.addHeader("\(credential.headerName): \(credential.prefix)\(secret)")
            }
        }
        try easy.useHeaders()
    }

    private func setBody(_ easy: inout EasyHandle) throws(TransportError) {
        switch request.body {
        case .none:
            switch request.method {
            case .get: try easy.set(CURLOPT_HTTPGET, 1)
            case .head: try easy.set(CURLOPT_NOBODY, 1)
            case .delete: try easy.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
            case .post, .put, .patch: try setBody(BodySource(Data()), easy)
            }
        case .bytes(let data, _): try setBody(BodySource(data), easy)
        case .file(let path, _): try setBody(try BodySource(file: path), easy)
        case .multipart(let form):
            let source = try BodySource(file: form.file.path)
            self.source = source
            try easy.setForm(form, source: source, read: Self.read, seek: Self.seek, context: context)
            if request.method != .post { try easy.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
        }
    }

    private func setBody(_ source: BodySource, _ easy: borrowing EasyHandle) throws(TransportError) {
        self.source = source
        try easy.set(CURLOPT_POST, 1)
        try easy.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: source.byteCount)
        try easy.set(CURLOPT_READFUNCTION, Self.read)
        try easy.set(CURLOPT_READDATA, pointer: context)
        try easy.setSeek(Self.seek)
        try easy.set(CURLOPT_SEEKDATA, pointer: context)
        if request.method != .post { try easy.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
    }

    private func setCallbacks(_ easy: borrowing EasyHandle) throws(TransportError) {
        try easy.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            Exchange.from(context).receive(header: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
        try easy.set(CURLOPT_HEADERDATA, pointer: context)
        try easy.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            Exchange.from(context).receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
        try easy.set(CURLOPT_WRITEDATA, pointer: context)
        try easy.setProgress { context, downloadTotal, downloaded, uploadTotal, uploaded in
            let progress = TransferProgress(
                sent: Int64(uploaded), totalToSend: uploadTotal > 0 ? Int64(uploadTotal) : nil, received: Int64(downloaded),
                totalToReceive: downloadTotal > 0 ? Int64(downloadTotal) : nil)
            return Exchange.from(context).report(progress) ? 0 : 1
        }
        try easy.set(CURLOPT_XFERINFODATA, pointer: context)
        try easy.set(CURLOPT_NOPROGRESS, 0)
    }

    // MARK: Callbacks; `perform` keeps `self` alive while libcurl holds this pointer.

    private var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    private static func from(_ context: UnsafeMutableRawPointer?) -> Exchange {
        guard let context else { preconditionFailure("libcurl lost a callback's context") }
        return Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    }

    private static let read: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
        bytes, size, count, context in
        Exchange.from(context).send(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }

    private static let seek: curl_seek_callback = { context, offset, origin in
        guard origin == SEEK_SET, Exchange.from(context).source?.seek(to: Int64(offset)) == true else { return CURL_SEEKFUNC_FAIL }
        return CURL_SEEKFUNC_OK
    }

    private func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard !cancellation.isCancelled, let source else { return Int(CURL_READFUNC_ABORT) }
        do throws(TransportError) { return try source.read(into: buffer) } catch {
            failure = error
            return Int(CURL_READFUNC_ABORT)
        }
    }

    private func receive(header bytes: UnsafeRawBufferPointer) -> Bool {
        headerByteCount += bytes.count
        guard headerByteCount <= Self.headerLimit else {
            failure = .responseTooLarge(request.address, limit: Int64(Self.headerLimit))
            return false
        }
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            headers = HTTPHeaders()
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0.prefix(3)) } ?? 0
        } else if line == "\r\n" || line == "\n" {
            // After 1xx the real answer comes.
            guard status >= 200 else { return true }
            return noting { () throws(TransportError) in try sink.begin(status: status, headers: headers, from: request.address) }
        } else {
            headers.add(line: line)
        }
        return true
    }

    private func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard !cancellation.isCancelled else { return false }
        return noting { () throws(TransportError) in try sink.take(bytes) }
    }

    private func noting(_ body: () throws(TransportError) -> Void) -> Bool {
        do throws(TransportError) {
            try body()
            return true
        } catch {
            failure = error
            return false
        }
    }

    private func report(_ next: TransferProgress) -> Bool {
        if let observer, next != progress, lastReport.duration(to: .now) >= .milliseconds(100) {
            lastReport = .now
            observer(next)
        }
        progress = next
        return !cancellation.isCancelled
    }

    private static func failure(_ code: CURLcode, isConnected: Bool) -> TransportError.Failure {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: .resolving
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: .connecting
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: .proxy
        case CURLE_OPERATION_TIMEDOUT: isConnected ? .idling : .connecting
        case CURLE_SSL_CONNECT_ERROR: .securing
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM: .certificate
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM: .broken
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING: .malformed
        default: .setUp
        }
    }
}

extension Duration {
    /// Whole milliseconds, at least 1.
    fileprivate var milliseconds: Int {
        let parts = components
        return max(1, Int(parts.seconds) * 1000 + Int(parts.attoseconds / 1_000_000_000_000_000))
    }
}
