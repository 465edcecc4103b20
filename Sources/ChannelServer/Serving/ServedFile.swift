import Basics
import Foundation
import HTTPTypes
import Hummingbird
import SystemPackage

/// A file on its way out: whole, a range of it, or only word that the client has it already (RFC 9110).
struct ServedFile: Sendable {
    let path: FilePath
    let sha256: SHA256Digest
    let byteCount: Int
    let changed: Timestamp
    let mediaType: String

    func answer(_ request: Request, _ context: ChannelContext) async throws -> Response {
        let tag = "\"\(sha256)\""
        let headers: HTTPFields = [
            .contentType: mediaType, .eTag: tag, .lastModified: HTTPDate.text(changed), .acceptRanges: "bytes",
            // What a file says of itself must never make a browser run it.
            .xContentTypeOptions: "nosniff",
        ]
        if let known = request.headers[.ifNoneMatch], Self.matches(known, tag) { return Response(status: .notModified, headers: headers) }
        // `If-Range` with another tag asks for the whole.
        let header = request.headers[.ifRange].map { $0 == tag } ?? true ? request.headers[.range] : nil
        switch ByteRange.parse(header, of: byteCount) {
        case .whole:
            guard request.method != .head else { return head(.ok, headers, byteCount) }
            return Response(status: .ok, headers: headers, body: try await FileIO().loadFile(path: path.string, context: context))
        case .part(let range):
            var headers = headers
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(byteCount)"
            guard request.method != .head else { return head(.partialContent, headers, range.count) }
            return Response(
                status: .partialContent, headers: headers, body: try await FileIO().loadFile(path: path.string, range: range, context: context))
        case .unsatisfiable:
            return Response(status: .rangeNotSatisfiable, headers: [.contentRange: "bytes */\(byteCount)"])
        }
    }

    private func head(_ status: HTTPResponse.Status, _ headers: HTTPFields, _ count: Int) -> Response {
        var headers = headers
        headers[.contentLength] = String(count)
        return Response(status: status, headers: headers)
    }

    static func matches(_ header: String, _ tag: String) -> Bool {
        header.split(separator: ",").contains { part in
            let part = part.trimmingCharacters(in: .whitespaces)
            return part == "*" || part == tag || part == "W/" + tag
        }
    }
}

extension HTTPField.Name {
    static var xContentTypeOptions: HTTPField.Name { HTTPField.Name("X-Content-Type-Options") ?? .contentType }
}
