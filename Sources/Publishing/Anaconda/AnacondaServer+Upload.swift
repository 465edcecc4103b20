import Basics
public import Conda
import Cryptography
import Foundation
import JSONReading
import Transport

extension AnacondaServer: ArtifactPublisher {
    /// Package, release, stage, object, commit, look: anaconda.org's order.
    ///
    /// An upload that broke off is taken up again: what the server has already is looked for first, and a broken answer
    /// to a commit is settled by looking at the file.
    public func publish(
        _ artifact: OutgoingArtifact, to channel: Channel, observer: @escaping UploadObserver
    ) async throws(PublishingError) -> UploadOutcome {
        observer(.looking)
        if let file = try await settled(artifact, channel) {
            return UploadOutcome(file: try await labelled(file, artifact, channel, observer), wasThere: true)
        }
        try await preparePackage(artifact, channel)
        try await prepareRelease(artifact, channel)
        guard let stage = try await stage(artifact, channel, observer) else {
            // It arrived while we waited for the one who was uploading it.
            guard let file = try await settled(artifact, channel) else { throw .notThere(artifact.path, channel) }
            return UploadOutcome(file: try await labelled(file, artifact, channel, observer), wasThere: true)
        }
        observer(.staged)
        try await post(artifact, stage, observer)
        observer(.sent)
        try await commit(artifact, stage, channel)
        observer(.committed)
        let found = try await retries.look(retries.lookPauses) { () throws(PublishingError) in try await find(artifact.path, of: channel) }
        guard let file = found else { throw .notThere(artifact.path, channel) }
        guard file.sha256 == artifact.digests.sha256 else {
            throw .storedOtherwise(artifact.path, channel, there: file.sha256, ours: artifact.digests.sha256)
        }
        return UploadOutcome(file: try await labelled(file, artifact, channel, observer), wasThere: false)
    }

    /// The file if it is there with our bytes; throws if it is there with others.
    private func settled(_ artifact: OutgoingArtifact, _ channel: Channel) async throws(PublishingError) -> PublishedFile? {
        guard let file = try await find(artifact.path, of: channel) else { return nil }
        guard file.sha256 == artifact.digests.sha256 else {
            throw .differentBytes(artifact.path, channel, there: file.sha256, ours: artifact.digests.sha256)
        }
        return file
    }

    /// Sees to it that the file has the channel's label.
    private func labelled(
        _ file: PublishedFile, _ artifact: OutgoingArtifact, _ channel: Channel, _ observer: UploadObserver
    ) async throws(PublishingError) -> PublishedFile {
        let file =
            file.labels.contains(channel.label)
            ? file : try await add(channel.label, to: artifact.path, of: channel, expecting: artifact.digests.sha256)
        observer(.verified)
        return file
    }

    private func preparePackage(_ artifact: OutgoingArtifact, _ channel: Channel) async throws(PublishingError) {
        let segments = ["package", channel.owner, artifact.path.name.package]
        let action = "make the package `\(artifact.path.name.package)` of `\(channel.owner)`"
        try await prepare(segments, UploadMetadata.package(artifact), action)
    }

    private func prepareRelease(_ artifact: OutgoingArtifact, _ channel: Channel) async throws(PublishingError) {
        let name = artifact.path.name
        let action = "make the version \(name.version) of `\(name.package)` of `\(channel.owner)`"
        try await prepare(["release", channel.owner, name.package, name.version], UploadMetadata.release(artifact), action)
    }

    /// Makes what is not there. A 409 means that it is: we were asked to make it, or someone else just did.
    private func prepare(_ segments: [String], _ body: JSONValue, _ action: String) async throws(PublishingError) {
        let shown = try await send(.get, segments)
        if shown.isSuccess { return }
        guard shown.status == 404 else { throw .refused(shown.refusal(action)) }
        let made = try await send(.post, segments, body)
        if made.status != 409 { try accepted(made, action) }
    }

    /// Where and how the bytes are posted.
    private struct Stage {
        let form: [MultipartForm.Field]
        let postAddress: HTTPAddress
        let id: String
    }

    /// Asks for an upload form; waits while the file is being uploaded; nil when it has arrived meanwhile.
    private func stage(_ artifact: OutgoingArtifact, _ channel: Channel, _ observer: UploadObserver) async throws(PublishingError) -> Stage? {
        let action = "take `\(artifact.path)` for `\(channel)`"
        var pauses = retries.conflictPauses[...]
        while true {
            let response = try await send(.post, ["stage"] + parts(artifact.path, channel), UploadMetadata.stage(artifact, channel.label))
            guard response.status == 409 else { return try readStage(try accepted(response, action), action) }
            if try await settled(artifact, channel) != nil { return nil }
            let refusal = response.refusal(action)
            guard refusal.reasons.contains(where: { $0.detail.contains("being uploaded") }) else { throw .refused(refusal) }
            guard let pause = pauses.popFirst() else { throw .beingUploaded(artifact.path, channel) }
            observer(.waiting(pause, reason: "`\(artifact.path)` is being uploaded already"))
            try await retries.wait(pause)
            if try await settled(artifact, channel) != nil { return nil }
        }
    }

    private func readStage(_ response: HTTPResponse, _ action: String) throws(PublishingError) -> Stage {
        let value = try json(response, action)
        guard let postURL = value["post_url"]?.string, let fields = value["form_data"]?.object, let id = value["dist_id"]?.string else {
            throw .badAnswer(action: action, reason: "it holds no `post_url`, `form_data` and `dist_id`")
        }
        var form: [MultipartForm.Field] = []
        for field in fields {
            guard let text = field.value.string ?? field.value.integer.map(String.init) else {
                throw .badAnswer(action: action, reason: "its form field `\(response.shown(field.key, limit: 100))` is no text")
            }
            form.append(.init(field.key, text))
        }
        let address: HTTPAddress
        do { address = try self.address.resolving(postURL) } catch { throw .transport(error) }
        // The bytes are on their way to being public, but an answer that turns TLS off is no good answer.
        guard address.scheme == .https || self.address.scheme == .http else {
            throw .badAnswer(action: action, reason: "its `post_url` is not `https`")
        }
        return Stage(form: form, postAddress: address, id: id)
    }

    /// Posts the bytes to the object store, which is another server: the token stays here, the form is the permission.
    private func post(_ artifact: OutgoingArtifact, _ stage: Stage, _ observer: @escaping UploadObserver) async throws(PublishingError) {
        let fields =
            stage.form + [
                .init("Content-Length", String(artifact.digests.byteCount)), .init("Content-MD5", Base64.encode(artifact.digests.md5.bytes)),
            ]
        let form = MultipartForm(fields: fields, file: .init(name: "file", fileName: artifact.path.description, path: artifact.file))
        let request = HTTPRequest(.post, stage.postAddress, body: .multipart(form), idleTimeout: .seconds(600))
        let response = try await send(request, isRepeatable: true) { observer(.sending($0)) }
        guard response.isSuccess else { throw response.objectRefusal }
    }

    /// Commits over a new connection. An answer that does not come, or that is a server's failure, is settled by looking.
    private func commit(_ artifact: OutgoingArtifact, _ stage: Stage, _ channel: Channel) async throws(PublishingError) {
        let action = "publish `\(artifact.path)` at `\(channel)`"
        var pauses = retries.pauses[...]
        while true {
            var trouble: PublishingError
            do throws(PublishingError) {
                let response = try await send(
                    .post, ["commit"] + parts(artifact.path, channel), ["dist_id": .string(stage.id)], isRepeatable: false, idleTimeout: .seconds(900)
                )
                if response.isSuccess { return }
                trouble = .refused(response.refusal(action))
                guard response.isWorthRepeating || response.status == 409 else { throw trouble }
            } catch {
                guard case .transport(let cause) = error, cause.isTransient else { throw error }
                trouble = error
            }
            if let file = try await find(artifact.path, of: channel) {
                guard file.sha256 == artifact.digests.sha256 else {
                    throw .storedOtherwise(artifact.path, channel, there: file.sha256, ours: artifact.digests.sha256)
                }
                return
            }
            guard let pause = pauses.popFirst() else { throw trouble }
            try await retries.wait(pause)
        }
    }
}

extension HTTPResponse {
    /// An object store's `<Error><Code>…</Code><Message>…</Message></Error>`.
    fileprivate var objectRefusal: PublishingError {
        let xml = String(decoding: body.prefix(16 << 10), as: UTF8.self)
        func element(_ name: String) -> String? {
            guard let start = xml.range(of: "<\(name)>"), let end = xml.range(of: "</\(name)>", range: start.upperBound..<xml.endIndex) else {
                return nil
            }
            return shown(String(xml[start.upperBound..<end.lowerBound]), limit: 300)
        }
        return .objectRefused(
            code: element("Code") ?? "status \(status)", message: element("Message") ?? (element("Code") == nil ? shown(text, limit: 300) : ""))
    }
}
