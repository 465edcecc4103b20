import Foundation

/// Writes a successful answer into the partial file; keeps the beginning of any other in memory.
final class DownloadSink: ResponseSink {
    private static let refusalLimit = 64 << 10

    private let part: PartialFile
    private let inspector: any DownloadInspector
    private let limit: Int64
    private var isWriting = false
    private var address: HTTPAddress?
    /// What the server said in place of the file.
    private(set) var refusal = Data()
    private(set) var isResumed = false

    init(part: PartialFile, inspector: any DownloadInspector, limit: Int64) {
        self.part = part
        self.inspector = inspector
        self.limit = limit
    }

    func begin(status: Int, headers: HTTPHeaders, from address: HTTPAddress) throws(TransportError) {
        self.address = address
        refusal = Data()
        isWriting = [200, 206].contains(status)
        if status == 200 { try part.truncate() }
        if status == 206 {
            let range = headers["Content-Range"] ?? ""
            guard range.hasPrefix("bytes \(part.byteCount)-") else {
                throw .badRange(address, String(range.prefix(100)))
            }
        }
        if isWriting, let length = headers["Content-Length"].flatMap({ Int64($0) }), length > limit - part.byteCount {
            throw .responseTooLarge(address, limit: limit)
        }
        if status == 206 { try takeWhatIsThere() }
    }

    func take(_ bytes: UnsafeRawBufferPointer) throws(TransportError) {
        guard isWriting else {
            refusal.append(contentsOf: bytes.prefix(Self.refusalLimit - refusal.count))
            return
        }
        if let address, part.byteCount + Int64(bytes.count) > limit { throw .responseTooLarge(address, limit: limit) }
        try part.append(bytes)
        inspector.take(bytes)
    }

    /// Shows the inspector what an earlier attempt brought.
    func takeWhatIsThere() throws(TransportError) {
        isResumed = true
        try part.forEachChunk { inspector.take($0) }
    }
}
