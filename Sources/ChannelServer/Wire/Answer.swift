import Foundation
import Hummingbird
import JSONReading

/// The shapes that the server answers in.
enum Answer {
    static func json(_ value: JSONValue, _ status: HTTPResponse.Status = .ok) -> Response {
        body(value.serialized(), "application/json", status)
    }

    static func failure(_ failure: APIFailure) -> Response {
        var response = json(failure.json, failure.status)
        if failure.status == .unauthorized { response.headers[.wwwAuthenticate] = "token" }
        return response
    }

    /// An object store's error, as its clients read it.
    static func objectStoreError(_ error: ObjectStoreError) -> Response {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>\(error.code)</Code><Message>\(escaped(error.message))</Message></Error>"
        return body(Data(text.utf8), "application/xml", error.status)
    }

    static func objectStored(at location: String, key: String, etag: String) -> Response {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <PostResponse><Location>\(escaped(location))</Location><Bucket>objects</Bucket><Key>\(escaped(key))</Key><ETag>"\(etag)"</ETag></PostResponse>
            """
        var response = body(Data(text.utf8), "application/xml", .created)
        response.headers[.eTag] = "\"\(etag)\""
        return response
    }

    static func body(_ data: Data, _ type: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;").replacingOccurrences(of: ">", with: "&gt;")
    }
}
