import Basics
public import Conda
public import Cryptography
import Files
import Provenance
public import Publishing
public import SystemPackage
import Transport

/// Moves an artifact from its label to the one that everybody installs from: evidence first, then add, look, remove.
///
/// Nothing here decides whether it may: the server does, with its own copy of the bytes and the evidence.
public struct ArtifactPromotion: Sendable {
    public let artifact: FilePath
    public let subdir: Subdir
    public let publication: Publication
    public let label: Label
    /// Signs that the artifact is meant for the label; nil when that was signed before.
    public let signer: (any Signer)?
    public let keeping: EvidenceKeeping

    public init(artifact: FilePath, subdir: Subdir, publication: Publication, label: Label, signer: (any Signer)?, keeping: EvidenceKeeping) {
        self.artifact = artifact
        self.subdir = subdir
        self.publication = publication
        self.label = label
        self.signer = signer
        self.keeping = keeping
    }

    public func run() async throws -> LabelMove {
        let name = try ArtifactName(parsing: artifact.lastComponent?.string ?? "")
        let sha256 = try SHA256Digest(ofFile: artifact)
        let path = ArtifactPath(name, in: subdir)
        let target = try Channel(server: publication.channel.server, owner: publication.channel.owner, label: label)
        let server = try AnacondaServer(of: publication.channel, token: publication.ownerToken)
        if let signer, try !isMeant(for: target, by: signer) {
            let statement = Statement(subject: .init(name, sha256: sha256), predicate: .publish(PublishAttestation(target: target)))
            _ = try EnvelopeAdding(artifact: artifact, signer: signer, keeping: keeping).add(statement)
        }
        try await publication.unite(path, beside: artifact, with: server)
        return try await server.move(path, from: publication.channel, to: label, expecting: sha256)
    }

    /// Whether this signer has said before that the artifact is meant for the channel.
    private func isMeant(for target: Channel, by signer: any Signer) throws -> Bool {
        try EnvelopeFile.read(artifact.sidecar(EnvelopeFile.fileExtension)).envelopes.contains { envelope in
            guard let verified = try? envelope.verified(by: [signer.publicKey]), case .publish(let publish) = verified.statement.predicate else {
                return false
            }
            return publish.targetChannel == target.url
        }
    }
}
