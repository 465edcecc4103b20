import Basics
public import Conda
import Cryptography
import Foundation
import JSONReading
public import Transport

/// A Quetz server: one call with the bytes and their digest, an owner is a channel there, and there are no labels.
public struct QuetzServer: ArtifactPublisher {
    public let address: HTTPAddress
    public var client: HTTPClient
    public var retries: RetryPolicy
    private let key: Secret

    public init(address: HTTPAddress, key: Secret, client: HTTPClient = HTTPClient(), retries: RetryPolicy = RetryPolicy()) {
        self.address = address
        self.client = client
        self.retries = retries
        self.key = key
    }

    /// Uploads, then looks at the channel's repodata for the same SHA-256.
    ///
    /// Throws `PublishingError.unfit` for a label other than `main`: Quetz would publish it to everybody.
    public func publish(
        _ artifact: OutgoingArtifact, to channel: Channel, observer: @escaping UploadObserver
    ) async throws(PublishingError) -> UploadOutcome {
        guard channel.label == .main else {
            throw .unfit(
                artifact.path.description, reason: "Quetz has no labels, so it cannot be kept apart as `\(channel.label)`; use a channel of its own")
        }
        let reader = ChannelReader(try served(channel), client: client, retries: retries)
        observer(.looking)
        if let file = try await listed(artifact, channel, reader) {
            observer(.verified)
            return UploadOutcome(file: file, wasThere: true)
        }
        let request: HTTPRequest
        do {
            let address = try address.appending("api", "channels", channel.owner, "upload", artifact.path.name.fileName)
                .with(query: [("force", "false"), ("sha256", artifact.digests.sha256.hexadecimal)])
            request = HTTPRequest(
                .post, address, body: .file(artifact.file, type: "application/octet-stream"), credentials: [.header("X-API-Key", key)],
                idleTimeout: .seconds(600))
        } catch { throw .transport(error) }
        let response = try await retries.repeating { () throws(TransportError) in try await client.send(request) { observer(.sending($0)) } }
        observer(.sent)
        // After a break Quetz may have the file: its 409 is settled by looking.
        guard response.isSuccess || response.status == 409 else { throw .refused(response.refusal("take `\(artifact.path)` for `\(channel.owner)`")) }
        let found = try await retries.look(retries.lookPauses) { () throws(PublishingError) in try await listed(artifact, channel, reader) }
        guard let file = found else {
            guard response.isSuccess else { throw .refused(response.refusal("take `\(artifact.path)` for `\(channel.owner)`")) }
            throw .notThere(artifact.path, channel)
        }
        observer(.verified)
        return UploadOutcome(file: file, wasThere: response.status == 409)
    }

    /// Quetz serves its channels below `/get`.
    private func served(_ channel: Channel) throws(PublishingError) -> Channel {
        do { return try Channel(server: address.description + "/get", owner: channel.owner, label: .main) } catch {
            throw .unfit(channel.owner, reason: error.message)
        }
    }

    private func listed(_ artifact: OutgoingArtifact, _ channel: Channel, _ reader: ChannelReader) async throws(PublishingError) -> PublishedFile? {
        let repodata = try await reader.repodata(artifact.path.subdir)
        guard let entry = repodata.entries.first(where: { $0.path == artifact.path }) else { return nil }
        guard entry.sha256 == artifact.digests.sha256 else {
            throw .differentBytes(artifact.path, channel, there: entry.sha256, ours: artifact.digests.sha256)
        }
        return PublishedFile(path: artifact.path, labels: [.main], sha256: entry.sha256, byteCount: entry.byteCount)
    }
}
