import Basics
import Cryptography
import Files
import Foundation
import Hummingbird
import Synchronization
import SystemPackage

extension ChannelService {
    /// Takes the bytes of a staged upload: the form's signature, policy, size and Content-MD5 are verified as an object
    /// store does, the fields before the first byte is kept. Needs no token: the signed form is one.
    func storeObject(_ request: Request) async throws -> Response {
        var reader = try MultipartReader(contentType: request.headers[.contentType])
        var post = ObjectPost()
        var buffers = request.body.makeAsyncIterator()
        // The fields, up to the beginning of the file.
        while post.fileBytes == nil, let buffer = try await buffers.next() { try reader.read(buffer.readableBytesView) { try post.take($0) } }
        guard post.fileBytes != nil else { throw ObjectStoreError.malformedForm("it has no file") }
        let policy = try UploadPolicy(verifying: post.fields, by: authentication, at: .now)
        guard var upload = try await store.upload(policy.key), !upload.isCommitted else {
            throw ObjectStoreError.accessDenied("the upload is not expected any more")
        }
        let limit = policy.byteLimit
        guard take(upload.id) else { throw ObjectStoreError.conflict }
        defer { letGo(upload.id) }
        let path = folder.incomingPath.appending(upload.id)
        do {
            let file = try IncomingFile(at: path)
            try file.append(post.fileBytes?[...] ?? [])
            while let buffer = try await buffers.next() {
                try reader.read(buffer.readableBytesView) { event in
                    guard case .fileBytes(let bytes) = event else { return }
                    guard file.byteCount + Int64(bytes.count) <= limit else { throw ObjectStoreError.entityTooLarge(limit: limit) }
                    try file.append(bytes)
                }
            }
            guard reader.isComplete else { throw ObjectStoreError.incompleteBody }
            guard file.byteCount <= limit else { throw ObjectStoreError.entityTooLarge(limit: limit) }
            let digests = try file.finish()
            try post.check(digests)
            upload.sha256 = digests.sha256
            upload.md5 = digests.md5
            upload.byteCount = digests.byteCount
            try await store.save(upload)
            return Answer.objectStored(
                at: address.withLock { $0 } + "/objects/\(upload.id)", key: upload.id, etag: digests.md5.hexadecimal)
        } catch {
            // A half file is of no use; what is wrong with the disk is said by the error that came first.
            try? path.removeAll()
            throw error
        }
    }
}

/// The part of an upload form that fits in memory.
private struct ObjectPost {
    private(set) var fields: [String: String] = [:]
    /// The file's bytes that came with the fields; nil before the file begins.
    private(set) var fileBytes: [UInt8]?

    mutating func take(_ event: MultipartReader.Event) throws {
        switch event {
        case .field(let name, let value):
            guard fields.updateValue(value, forKey: name) == nil else { throw ObjectStoreError.malformedForm("its field `\(name)` is there twice") }
        case .fileBegins: fileBytes = []
        case .fileBytes(let bytes): fileBytes?.append(contentsOf: bytes)
        case .fileEnds: break
        }
    }

    /// Holds the file against what the form says of it; both fields may be left out, for not every client sends them.
    func check(_ digests: FileDigests) throws {
        if let length = fields["Content-Length"] {
            guard Int64(length) == digests.byteCount else { throw ObjectStoreError.incompleteBody }
        }
        if let text = fields["Content-MD5"] {
            guard Base64.decodeCanonical(text) == Data(digests.md5.bytes) else { throw ObjectStoreError.invalidDigest }
        }
    }
}
