import Basics
import Conda
import Cryptography
import Files
import Foundation
import Hummingbird
import JSONReading

extension ChannelService {
    /// Repodata of a label; `noarch` and `linux-64` always answer, as clients ask for them in any channel.
    func repodata(of owner: Owner, label: Label, subdir: Subdir, _ request: Request, _ caller: Caller?) async throws -> Response {
        let stored = try await visible(owner, to: caller)
        let key = RepodataCache.Key(owner: owner, label: label, subdir: subdir)
        var entry = repodata.entry(key, revision: stored.revision)
        if entry == nil {
            guard try await store.labels(of: owner).contains(where: { $0.label == label }) else {
                throw APIFailure.notFound("label `\(label)` of `\(owner)`")
            }
            let files = try await store.files(of: owner, label: label).map(\.file)
            guard subdir == .noarch || subdir == .linux64 || files.contains(where: { $0.subdir == subdir }) else {
                throw APIFailure.notFound("subdir `\(subdir)` of label `\(label)`")
            }
            let data = try Repodata.make(subdir: subdir, files: files)
            let made = RepodataCache.Entry(revision: stored.revision, data: data, sha256: SHA256Digest(of: data))
            repodata.keep(made, for: key)
            entry = made
        }
        guard let entry else { throw APIFailure.notFound("repodata") }
        let tag = "\"\(entry.sha256)\""
        let changed = HTTPDate.text(Timestamp(seconds: stored.changedAt))
        if let known = request.headers[.ifNoneMatch], ServedFile.matches(known, tag) {
            return Response(status: .notModified, headers: [.eTag: tag, .lastModified: changed])
        }
        var response = Answer.body(entry.data, "application/json")
        response.headers[.eTag] = tag
        response.headers[.lastModified] = changed
        response.headers[.cacheControl] = "no-cache"
        return response
    }

    /// A file of a label.
    func serve(
        _ basename: Basename, of owner: Owner, label: Label, _ request: Request, _ caller: Caller?, _ context: ChannelContext
    ) async throws -> Response {
        _ = try await visible(owner, to: caller)
        return try await served(try await labelledFile(basename, of: owner, label: label).file).answer(request, context)
    }

    /// A file whatever its labels, as the API gives it.
    func download(_ address: Route.FileAddress, _ request: Request, _ caller: Caller?, _ context: ChannelContext) async throws -> Response {
        _ = try await visible(address.owner, to: caller)
        return try await served(try await file(address.basename, of: address.owner).file).answer(request, context)
    }

    private func served(_ file: StoredFile) -> ServedFile {
        ServedFile(
            path: objects.path(of: file.sha256), sha256: file.sha256, byteCount: Int(file.byteCount), changed: Timestamp(seconds: file.uploadedAt),
            mediaType: "application/octet-stream")
    }
}
