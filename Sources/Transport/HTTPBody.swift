public import Foundation
public import SystemPackage

/// The bytes that go with a request. Files are streamed: they are never in memory as a whole.
public enum HTTPBody: Sendable {
    case none
    case bytes(Data, type: String)
    case file(FilePath, type: String)
    case multipart(MultipartForm)

    public static func json(_ data: Data) -> HTTPBody { .bytes(data, type: "application/json") }
}
