import Basics
public import Conda
import Cryptography
import Files
import Foundation
import JSONReading
public import SystemPackage
public import Transport

extension AnacondaServer {
    /// Puts a file of evidence beside an artifact that is there. hallmark-channel alone takes them; anaconda.org answers 404.
    ///
    /// The server keeps earlier versions and unites the lines of envelopes and proofs, so theirs may be more than ours; all others must come
    /// back with our digest.
    public func put(
        _ sidecar: Sidecar, _ file: FilePath, beside path: ArtifactPath, of channel: Channel, progress: ProgressObserver? = nil
    ) async throws(PublishingError) -> SidecarReceipt {
        let action = "keep `\(path)\(sidecar.suffix)` at `\(channel.owner)`"
        let ours: SHA256Digest
        do { ours = try SHA256Digest(ofFile: file) } catch { throw .file(error) }
        let segments = ["evidence", channel.owner, path.subdir.name, path.name.fileName + sidecar.suffix]
        let request = try request(.put, segments, .file(file, type: "application/octet-stream"), idleTimeout: .seconds(600))
        let response = try await send(request, progress: progress)
        let value = try json(try accepted(response, action), action)
        guard let stored = value["sha256"]?.string.flatMap({ SHA256Digest(parsing: $0) }) else {
            throw .badAnswer(action: action, reason: "it holds no `sha256`")
        }
        guard sidecar.isUnited || stored == ours else {
            throw .digestMismatch(path.name.fileName + sidecar.suffix, expected: ours, actual: stored)
        }
        return SidecarReceipt(sidecar: sidecar, sha256: stored, version: value["version"]?.integer, isNew: response.status == 201)
    }
}
