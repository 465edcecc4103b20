import Testing

@testable import ChannelServer

@Suite struct MultipartReaderTests {
    static let boundary = "XyZ"
    static let form =
        "preamble\r\n--XyZ\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nabc\r\n--XyZ\r\ncontent-disposition: form-data; name=empty\r\n\r\n\r\n--XyZ\r\n"
        + "Content-Disposition: form-data; name=\"file\"; filename=\"linux-64/a-1-0.conda\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        + "one\r\n--Xy\r\r\n--two\r\n--XyZ\r\nContent-Disposition: form-data; name=\"late\"\r\n\r\nignored\r\n--XyZ--\r\nepilogue"

    /// The fields and the file of a form that comes in pieces of these sizes.
    private func read(_ pieces: [ArraySlice<UInt8>]) throws -> (fields: [String], file: [UInt8], isComplete: Bool) {
        var reader = try MultipartReader(contentType: "multipart/form-data; boundary=\"XyZ\"")
        var fields: [String] = []
        var file: [UInt8] = []
        for piece in pieces {
            try reader.read(piece) { event in
                switch event {
                case .field(let name, let value): fields.append("\(name)=\(value)")
                case .fileBytes(let bytes): file += bytes
                case .fileBegins: fields.append("begins")
                case .fileEnds: fields.append("ends")
                }
            }
        }
        return (fields, file, reader.isComplete)
    }

    @Test func `reads the same form however it is cut`() throws {
        let bytes = Array(Self.form.utf8)
        for cut in 0...bytes.count {
            let (fields, file, isComplete) = try read([bytes[..<cut], bytes[cut...]])
            #expect(fields == ["key=abc", "empty=", "begins", "ends"])
            #expect(file == Array("one\r\n--Xy\r\r\n--two".utf8))
            #expect(isComplete)
        }
        #expect(try read(bytes.indices.map { bytes[$0...$0] }).file == Array("one\r\n--Xy\r\r\n--two".utf8))
    }

    @Test func `a form that stops early is not complete`() throws {
        let bytes = Array(Self.form.utf8)
        let end = Self.form.utf8.count - "\r\nepilogue".utf8.count
        for count in 0..<end { #expect(try !read([bytes[..<count]]).isComplete, "\(count)") }
        #expect(try read([bytes[..<end]]).isComplete)
    }

    @Test(arguments: [nil, "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x"])
    func `refuses what is not a form`(contentType: String?) {
        #expect(throws: ObjectStoreError.self) { try MultipartReader(contentType: contentType) }
    }

    @Test(arguments: [
        "--XyZ\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XyZ--", "--XyZab\r\n\r\nx", "--XyZ\r\n\r\nx\r\n--XyZ--",
        "--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\n\u{0}" + String(repeating: "x", count: 70_000),
        String(repeating: "x", count: 10_000), "--XyZ\r\n" + String(repeating: "h", count: 10_000),
    ])
    func `refuses a form that cannot be one`(text: String) {
        #expect(throws: ObjectStoreError.self) { try read([Array(text.utf8)[...]]) }
    }
}
