import Basics
import Conda
import Cryptography
import Files
import Foundation
import Hummingbird
import JSONReading
import Synchronization
import SystemPackage

extension ChannelService {
    /// Begins an upload: checks all that can be checked without the bytes, and hands out a signed form.
    func stage(_ address: Route.FileAddress, _ request: Request, _ caller: Caller?) async throws -> Response {
        let (owner, caller) = try await permitted(.upload, on: address.owner, to: caller)
        let body = try await json(of: request)
        guard body["distribution_type"]?.string ?? "conda" == "conda" else { throw APIFailure(.badRequest, "only conda packages are kept here") }
        guard let digest = body["sha256"]?.string.flatMap({ SHA256Digest(parsing: $0) }) else {
            throw APIFailure(.badRequest, "`sha256` is not 64 hexadecimal digits")
        }
        let labels = try Self.labels(in: body)
        guard try await store.release(address.version, of: address.package, of: address.owner) != nil else {
            throw APIFailure.notFound("version `\(address.version)` of `\(address.package)` of `\(address.owner)`")
        }
        let published = try await store.read { database in
            if try ChannelStore.file(address.basename, of: address.owner, in: database) != nil {
                throw APIFailure.exists(address.basename, of: address.owner)
            }
            for label in labels where try ChannelStore.isLocked(label, of: address.owner, in: database) {
                throw APIFailure.locked(label, of: address.owner)
            }
            return try ChannelStore.publishedDigest(address.basename, of: address.owner, in: database)
        }
        if let published, published != digest, !owner.isStaging { throw APIFailure.publishedOtherwise(address.basename, of: address.owner) }
        // Nothing can lie beside a file that is not here yet, so a gate that wants evidence would refuse after the last byte.
        if !owner.isStaging, configuration.gate.demandsEvidence, let label = labels.first(where: configuration.protectedLabels.contains) {
            let detail = "upload to another label, add the evidence, then promote"
            throw APIFailure.refused(address.basename, label, [PromotionFailure(name: "evidence-missing", detail: detail)])
        }
        return Answer.json(try await form(for: address, digest: digest, labels: labels, body, caller))
    }

    private func form(
        for address: Route.FileAddress, digest: SHA256Digest, labels: [Label], _ body: JSONValue, _ caller: Caller
    ) async throws -> JSONValue {
        let id = try RandomBytes.make(16).hexadecimal
        let expires = Timestamp.now.adding(seconds: configuration.uploadSeconds)
        let said: JSONValue = [
            "description": body["description"] ?? .null, "dependencies": body["dependencies"] ?? .null, "attrs": body["attrs"] ?? .null,
        ]
        let upload = StoredUpload(
            id: id, owner: address.owner, package: address.package, version: address.version, subdir: address.basename.subdir,
            fileName: address.basename.artifact, expectedSHA256: digest, labels: labels.map(\.name).joined(separator: " "),
            attributes: String(decoding: said.serialized(), as: UTF8.self), by: caller.name, expiresAt: expires.seconds)
        let busy = busyUploads.withLock { $0 }
        for earlier in try await store.stage(upload, unlessBusy: busy) { try folder.incomingPath.appending(earlier).removeAll() }
        let policy = UploadPolicy(key: id, byteLimit: Int64(configuration.artifactByteLimit), expires: expires)
        return [
            "post_url": .string(self.address.withLock { $0 } + "/objects"), "dist_id": .string(id), "basename": .string(address.basename.description),
            "form_data": .object(policy.fields(signedBy: authentication).map { .init($0.name, .string($0.value)) }),
        ]
    }

    /// The labels that an upload asks for; none means `main`.
    static func labels(in body: JSONValue) throws -> [Label] {
        guard let values = body["channels"]?.array, !values.isEmpty else { return [.main] }
        guard values.count <= 16 else { throw APIFailure(.badRequest, "more than 16 labels") }
        return Array(Set(try values.map { try label($0) })).sorted { $0.name < $1.name }
    }

    static func label(_ value: JSONValue?) throws -> Label {
        do { return try Label(parsing: value?.string ?? "") } catch { throw APIFailure(.badRequest, error.message) }
    }

    /// Takes the upload for one request; false when another has it. `letGo` gives it back.
    func take(_ id: String) -> Bool { busyUploads.withLock { $0.insert(id).inserted } }
    func letGo(_ id: String) { busyUploads.withLock { _ = $0.remove(id) } }
}
