import Basics
public import Conda
import Cryptography
import Files
import JSONReading
import Packaging
import Publishing
public import SystemPackage
public import Transport

/// The server and owner that a workspace publishes to, with the tokens that it takes; each token is good for one thing.
public struct Publication: Sendable {
    public let channel: Channel
    /// Uploads go through this owner first, and are copied by the server; nil to upload straight.
    public let staging: Channel?
    /// For the owner that bytes are uploaded to.
    public var uploadToken: Secret?
    /// For `channel`'s owner: evidence, labels.
    public var ownerToken: Secret?
    /// The feedstock's, for the copy out of staging.
    public var feedstockToken: Secret?

    public init(settings: WorkspaceSettings) throws {
        guard let server = settings.server else { throw WorkspaceError.missingSetting("the server", flag: "--server URL") }
        guard let owner = settings.owner else { throw WorkspaceError.missingSetting("the owner", flag: "--owner NAME") }
        channel = try Channel(server: server, owner: owner, label: settings.label)
        staging = try settings.stagingOwner.map { try Channel(server: server, owner: $0, label: settings.label) }
    }

    func outgoing(_ file: FilePath) throws -> OutgoingArtifact {
        let artifact = try Artifact.open(file)
        let info = try artifact.info()
        guard let index = try info.json("index.json") else { throw WorkspaceError.notFound("info/index.json", file) }
        return try OutgoingArtifact(file: file, digests: try artifact.digests(), index: index, about: try info.json("about.json") ?? [:])
    }

    /// Puts the envelopes and proofs that lie beside `file` beside the published one, and takes over what others have added there.
    func unite(_ path: ArtifactPath, beside file: FilePath, with server: AnacondaServer) async throws {
        let reader = ChannelReader(channel, token: ownerToken)
        for (sidecar, source) in Self.sidecars(beside: file) where sidecar.isUnited {
            let receipt = try await server.put(sidecar, source, beside: path, of: channel)
            if try SHA256Digest(ofFile: source) != receipt.sha256 {
                _ = try await reader.download(sidecar, of: path, into: file.removingLastComponent())
            }
        }
    }

    /// The same, and then the archive, made anew from all that is there now.
    func deliver(_ path: ArtifactPath, beside file: FilePath, _ keeping: EvidenceKeeping, with server: AnacondaServer) async throws {
        try await unite(path, beside: file, with: server)
        try keeping.renew(beside: file)
        let archive = file.sidecar(Sidecar.evidence.suffix)
        if archive.isRegularFile { _ = try await server.put(.evidence, archive, beside: path, of: channel) }
    }

    /// The sidecars that lie beside a file, in the order in which a reader needs them.
    static func sidecars(beside file: FilePath) -> [(Sidecar, FilePath)] {
        Sidecar.allCases.map { ($0, file.sidecar($0.suffix)) }.filter { $0.1.isRegularFile }
    }
}

/// Brings evidence that has grown to the published file.
public struct EvidenceDelivery: Sendable {
    public let publication: Publication
    /// Without it the archive goes as it lies there, for an archive holds the roster.
    public let trust: Trust?

    public init(publication: Publication, trust: Trust?) {
        self.publication = publication
        self.trust = trust
    }

    /// Puts the envelopes, proofs and archive that lie beside `file` beside the published file of the same name.
    public func deliver(beside file: FilePath) async throws {
        let info = try Artifact.open(file).info()
        let index = try info.index()
        let path = ArtifactPath(try ArtifactName(parsing: file.lastComponent?.string ?? ""), in: try Subdir(parsing: index.subdir ?? ""))
        let server = try AnacondaServer(of: publication.channel, token: publication.ownerToken)
        try await publication.deliver(path, beside: file, EvidenceKeeping(trust: trust, ledger: nil), with: server)
    }
}
