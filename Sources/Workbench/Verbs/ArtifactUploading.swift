import Basics
public import Conda
import Cryptography
import Files
public import Publishing
import SystemPackage
import Transport

/// Publishes the workspace's signed artifacts with their evidence: staging, validation and copy by the server, then a look at what is there.
public struct ArtifactUploading: Sendable {
    public let session: WorkspaceSession
    public let publication: Publication

    public init(session: WorkspaceSession, publication: Publication) {
        self.session = session
        self.publication = publication
    }

    public struct Answer: Sendable {
        public let artifact: JournalEvent.ArtifactReference
        public let url: String
        /// False when the channel had it already.
        public let isNew: Bool
        public let sidecars: Int
    }

    public func run(onProgress: @escaping @Sendable (ArtifactName, UploadEvent) -> Void) async throws -> [Answer] {
        let state = await session.state
        guard !state.artifacts.isEmpty else { throw WorkspaceError.nothingBuilt }
        for artifact in state.artifacts where artifact.signed == nil {
            throw WorkspaceError.nothingTo("upload", needs: "`\(artifact.reference.name)` is not signed; run `hallmark sign`")
        }
        var answers: [Answer] = []
        for artifact in state.artifacts { answers.append(try await upload(artifact, state, onProgress)) }
        return answers
    }

    private func upload(
        _ artifact: WorkspaceState.Artifact, _ state: WorkspaceState, _ onProgress: @escaping @Sendable (ArtifactName, UploadEvent) -> Void
    ) async throws -> Answer {
        let reference = artifact.reference
        let file = try session.file(of: reference)
        let path = ArtifactPath(reference.name, in: reference.subdir)
        let production = try AnacondaServer(of: publication.channel, token: publication.ownerToken)
        let observer: UploadObserver = { onProgress(reference.name, $0) }
        // What is there with our bytes is not sent again, whoever brought it; other bytes of that name are an error.
        let there = try await production.find(path, of: publication.channel)
        if let there, there.sha256 != reference.sha256 {
            throw PublishingError.differentBytes(path, publication.channel, there: there.sha256, ours: reference.sha256)
        }
        let isThere = there?.labels.contains(publication.channel.label) ?? false
        if !isThere { try await send(file, path, reference, state, observer, production) }
        var count = 0
        for (sidecar, source) in Publication.sidecars(beside: file) {
            _ = try await production.put(sidecar, source, beside: path, of: publication.channel)
            count += 1
        }
        if artifact.uploaded == nil {
            try await session.record(
                .uploaded(.init(artifact: reference, channel: publication.channel.url, stagedThrough: publication.staging?.owner)))
        }
        return Answer(artifact: reference, url: publication.channel.url(of: reference.name, in: reference.subdir), isNew: !isThere, sidecars: count)
    }

    private func send(
        _ file: FilePath, _ path: ArtifactPath, _ reference: JournalEvent.ArtifactReference, _ state: WorkspaceState,
        _ observer: @escaping UploadObserver,
        _ production: AnacondaServer
    ) async throws {
        let outgoing = try publication.outgoing(file)
        guard let staging = publication.staging else {
            let server = try AnacondaServer(of: publication.channel, token: publication.uploadToken)
            _ = try await server.publish(outgoing, to: publication.channel, observer: observer)
            return
        }
        guard let token = publication.feedstockToken else {
            throw WorkspaceError.missingSetting("the feedstock's token for the copy out of staging", flag: "--feedstock-token-file FILE")
        }
        let server = try AnacondaServer(of: staging, token: publication.uploadToken)
        _ = try await server.publish(outgoing, to: staging, observer: observer)
        let copy = try FeedstockCopy(
            feedstock: state.opened?.name ?? "", outputs: [.init(path, sha256: reference.sha256)], production: publication.channel,
            commit: state.opened?.commit, commentsOnError: false, provider: nil)
        _ = try await StagingGateway(address: production.address, token: token).copy(copy, production: production)
    }
}
