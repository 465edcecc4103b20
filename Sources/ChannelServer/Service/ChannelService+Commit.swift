import Basics
import Conda
import Files
import Foundation
import Hummingbird
import JSONReading
import Synchronization
import SystemPackage

extension ChannelService {
    /// Ends an upload: holds the bytes against what was staged and against their own index, asks the gate, publishes.
    ///
    /// A second commit of the same upload gives the same answer, for clients that lost the first.
    func commit(_ address: Route.FileAddress, _ request: Request, _ caller: Caller?) async throws -> Response {
        let (owner, caller) = try await permitted(.upload, on: address.owner, to: caller)
        let id = try await json(of: request)["dist_id"]?.string ?? ""
        guard let upload = try await store.upload(id), upload.owner == address.owner, upload.basename == address.basename else {
            throw APIFailure.notFound("the upload of `\(address.basename)`")
        }
        if upload.isCommitted { return try committed(try await file(address.basename, of: address.owner)) }
        guard take(upload.id) else { throw APIFailure(.conflict, "`\(address.basename)` is being uploaded by another request") }
        defer { letGo(upload.id) }
        let path = folder.incomingPath.appending(upload.id)
        guard let sha256 = upload.sha256, let md5 = upload.md5, let byteCount = upload.byteCount, path.isRegularFile else {
            throw APIFailure(.conflict, "the bytes of `\(address.basename)` have not come")
        }
        guard sha256 == upload.expectedSHA256 else {
            throw APIFailure(.badRequest, "the bytes of `\(address.basename)` have the SHA-256 \(sha256), not \(upload.expectedSHA256)")
        }
        guard Int64(try path.byteCount()) == byteCount else { throw APIFailure(.conflict, "the bytes of `\(address.basename)` are incomplete") }
        let index = try await ArtifactIndex.read(path, as: address.basename)
        let labels = try upload.parsedLabels()
        try await admit(address.basename, sha256: sha256, at: path, to: owner, labels: labels, evidence: EvidenceState(newest: [:]))
        try objects.adopt(path, as: sha256)
        let file = StoredFile(
            owner: upload.owner, package: upload.package, version: upload.version, subdir: upload.subdir, fileName: upload.fileName,
            sha256: sha256, md5: md5, byteCount: byteCount, indexJSON: index, attributes: upload.attributes,
            uploadedAt: Timestamp.now.seconds, uploadedBy: caller.name)
        return try committed(try await store.commit(upload, as: file, labels: labels, by: caller.name))
    }

    private func committed(_ labelled: LabelledFile) throws -> Response {
        let file = labelled.file
        let url = JSONValue.string(address.withLock { $0 } + "/\(file.owner)/\(file.package)/\(file.version)/\(file.basename)")
        return Answer.json(.object([.init("url", url)] + (try shown(labelled).object ?? [])))
    }
}
