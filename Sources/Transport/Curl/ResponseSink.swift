import Foundation

/// Takes an answer's body as it comes.
protocol ResponseSink: AnyObject {
    /// The final headers of one answer are there; a redirect's answer begins the sink anew.
    func begin(status: Int, headers: HTTPHeaders, from address: HTTPAddress) throws(TransportError)
    func take(_ bytes: UnsafeRawBufferPointer) throws(TransportError)
}

/// Keeps a body of limited size in memory.
final class MemorySink: ResponseSink {
    private(set) var body = Data()
    private let limit: Int
    private var address: HTTPAddress?

    init(limit: Int) { self.limit = limit }

    func begin(status: Int, headers: HTTPHeaders, from address: HTTPAddress) throws(TransportError) {
        body = Data()
        self.address = address
        if let length = headers["Content-Length"].flatMap({ Int64($0) }), length > limit { throw tooLarge(address) }
    }

    func take(_ bytes: UnsafeRawBufferPointer) throws(TransportError) {
        if let address, body.count + bytes.count > limit { throw tooLarge(address) }
        body.append(contentsOf: bytes)
    }

    private func tooLarge(_ address: HTTPAddress) -> TransportError { .responseTooLarge(address, limit: Int64(limit)) }
}
