import Basics
import Conda
import Files
import Synchronization
import SystemPackage

extension ChannelService {
    /// Asks the gate for every protected label among `labels`; throws the refusal with all its reasons.
    ///
    /// `path` holds the bytes and `evidence` what lies beside them; the gate gets both under their own names in a folder
    /// of its own, where nothing changes while it looks.
    func admit(
        _ basename: Basename, sha256: SHA256Digest, at path: FilePath, to owner: StoredOwner, labels: [Label], evidence: EvidenceState
    ) async throws {
        guard !owner.isStaging else { return }
        for label in labels where configuration.protectedLabels.contains(label) {
            let gate = configuration.gate
            let verdict = try await TemporaryDirectory.with(in: folder.incomingPath) { (place: FilePath) throws -> PromotionVerdict in
                let artifact = place.appending(basename.artifact.fileName)
                try path.link(to: artifact)
                var sidecars: [Sidecar: FilePath] = [:]
                for (kind, sidecar) in evidence.newest {
                    let target = place.appending(basename.artifact.fileName + kind.suffix)
                    try objects.path(of: sidecar.sha256).link(to: target)
                    sidecars[kind] = target
                }
                return await gate.verdict(
                    on: PromotionRequest(
                        owner: owner.owner, label: label, server: address.withLock { $0 }, subdir: basename.subdir, artifact: basename.artifact,
                        path: artifact, sha256: sha256,
                        sidecars: sidecars))
            }
            guard case .refused(let failures) = verdict else { continue }
            throw APIFailure.refused(basename, label, failures)
        }
    }
}
