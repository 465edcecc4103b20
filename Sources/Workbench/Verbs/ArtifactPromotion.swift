import Basics
public import Conda
public import Cryptography
import Files
import Provenance
public import Publishing
public import SystemPackage
import Transport
import Verification

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
    /// The ledger that is asked for withdrawals; the server may have none.
    public let ledger: FilePath?

    public init(
        artifact: FilePath, subdir: Subdir, publication: Publication, label: Label, signer: (any Signer)?, keeping: EvidenceKeeping,
        ledger: FilePath?
    ) {
        self.artifact = artifact
        self.subdir = subdir
        self.publication = publication
        self.label = label
        self.signer = signer
        self.keeping = keeping
        self.ledger = ledger
    }

    public func run() async throws -> LabelMove {
        let name = try ArtifactName(parsing: artifact.lastComponent?.string ?? "")
        let sha256 = try SHA256Digest(ofFile: artifact)
        try refuseWithdrawn(sha256)
        let path = ArtifactPath(name, in: subdir)
        let target = try Channel(server: publication.channel.server, owner: publication.channel.owner, label: label)
        let server = try AnacondaServer(of: publication.channel, token: publication.ownerToken)
        if let signer, try !isMeant(for: target, by: signer) {
            let statement = Statement(subject: .init(name, sha256: sha256), predicate: .publish(PublishAttestation(target: target)))
            _ = try EnvelopeAdding(artifact: artifact, signer: signer, keeping: keeping).add(statement)
        }
        try await publication.deliver(path, beside: artifact, keeping, with: server)
        return try await server.move(path, from: publication.channel, to: label, expecting: sha256)
    }

    /// Throws for an artifact that the core has withdrawn, and where a ledger was named that cannot be asked.
    private func refuseWithdrawn(_ sha256: SHA256Digest) throws {
        guard let ledger else { return }
        guard let trust = keeping.trust else {
            throw WorkspaceError.missingSetting("the roster, to know whose withdrawals count", flag: "--roster DIR")
        }
        let withdrawals = try trust.withdrawals(of: sha256, in: ledger)
        guard !withdrawals.isInForce else {
            let sentence = "withdrawn by \(withdrawals.people.joined(separator: ", ")): \(withdrawals.reasons.joined(separator: "; "))"
            throw WorkspaceError.refused("the promotion", reasons: [sentence])
        }
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
