public import Basics
public import Conda
import Cryptography
import Files
import Foundation
import JSONReading
public import SystemPackage
public import Transport

/// Reads a channel as installers do: repodata, artifacts, and what lies beside them.
public struct ChannelReader: Sendable {
    public let channel: Channel
    public var client: HTTPClient
    public var retries: RetryPolicy
    private let token: Secret?

    /// A token is needed for a private owner only.
    public init(_ channel: Channel, token: Secret? = nil, client: HTTPClient = HTTPClient(), retries: RetryPolicy = RetryPolicy()) {
        self.channel = channel
        self.client = client
        self.retries = retries
        self.token = token
    }

    /// What the label lists for a subdir, strictly read; empty when the channel has no such subdir or label.
    public func repodata(_ subdir: Subdir, limit: Int = 256 << 20) async throws(PublishingError) -> Repodata {
        let action = "list `\(subdir)` of `\(channel)`"
        let request = try request(subdir, "repodata.json")
        let response = try await retries.repeating { () throws(TransportError) in try await client.send(request, limit: limit) }
        if response.status == 404 { return Repodata(entries: [], unreadable: []) }
        guard response.isSuccess else { throw .refused(response.refusal(action)) }
        let value: JSONValue
        do { value = try JSONValue(parsing: response.body, limits: .init(bytes: limit)) } catch {
            throw .badAnswer(action: action, reason: error.message)
        }
        return try Repodata(parsing: value, subdir: subdir)
    }

    /// Downloads an artifact into `folder` under its own name. It has that name only once its SHA-256 is the expected one.
    ///
    /// A break is gone on from, now or in a later run. A file that is there and right is not fetched again.
    @discardableResult
    public func download(
        _ path: ArtifactPath, expecting sha256: SHA256Digest, byteCount: Int64? = nil, into folder: FilePath, progress: ProgressObserver? = nil
    ) async throws(PublishingError) -> FilePath {
        let target = folder.appending(path.name.fileName)
        do throws(FileError) { if target.isRegularFile, try SHA256Digest(ofFile: target) == sha256 { return target } } catch { throw .file(error) }
        let request = try request(path.subdir, path.name.fileName)
        let digest = try await fetch(request, to: target, expecting: sha256, limit: byteCount ?? .max, progress)
        guard digest != nil else { throw .notThere(path, channel) }
        return target
    }

    /// Downloads a sidecar beside the artifact's name in `folder`; nil when the channel has none.
    ///
    /// What comes is not trusted: it is evidence to be verified.
    public func download(_ sidecar: Sidecar, of path: ArtifactPath, into folder: FilePath) async throws(PublishingError) -> FilePath? {
        let fileName = path.name.fileName + sidecar.suffix
        let target = folder.appending(fileName)
        // Sidecars grow newer versions, so a part of one is never gone on from.
        do { try folder.appending(".\(fileName).part").removeAll() } catch { throw .file(error) }
        return try await fetch(try request(path.subdir, fileName), to: target, expecting: nil, limit: Int64(sidecar.byteLimit), nil) == nil
            ? nil : target
    }

    /// The digest of what was downloaded; nil when it is not there.
    private func fetch(
        _ request: HTTPRequest, to target: FilePath, expecting sha256: SHA256Digest?, limit: Int64, _ progress: ProgressObserver?
    ) async throws(PublishingError) -> SHA256Digest? {
        var hasBegunAnew = false
        while true {
            var inspector = DigestInspector(expecting: sha256)
            do throws(PublishingError) {
                let response = try await retries.repeating { () throws(TransportError) in
                    inspector = DigestInspector(expecting: sha256)
                    return try await client.download(request, to: target, limit: limit, inspector: inspector, progress: progress)
                }
                if response.status == 404 { return nil }
                guard response.isSuccess else { throw .refused(response.refusal("send `\(target.lastComponent?.string ?? "")`")) }
                return inspector.digest
            } catch {
                guard case .transport(.rejected(_, let isResumed)) = error, let sha256 else { throw error }
                // The older part may have been of other bytes: once more, from nothing.
                guard isResumed, !hasBegunAnew else {
                    throw .digestMismatch(target.lastComponent?.string ?? "", expected: sha256, actual: inspector.digest)
                }
                hasBegunAnew = true
            }
        }
    }

    private func request(_ subdir: Subdir, _ fileName: String) throws(PublishingError) -> HTTPRequest {
        do {
            let address = try HTTPAddress(parsing: channel.url).appending(subdir.name, fileName)
            return HTTPRequest(.get, address, credentials: token.map { [.token($0)] } ?? [], redirects: .follow(limit: 5))
        } catch { throw .transport(error) }
    }
}
