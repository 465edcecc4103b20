public import Cryptography
import Files
import Foundation
public import Ledger
import Provenance
public import SystemPackage

/// What somebody needs who says one thing more about an artifact: the artifact, whom to believe, a key, and the ledger if he keeps it.
public struct Countersigning: Sendable {
    public let artifact: FilePath
    public let trust: Trust
    public let signer: any Signer
    public let ledger: (log: LogFolder, key: LogKey)?

    public init(artifact: FilePath, trust: Trust, signer: any Signer, ledger: (log: LogFolder, key: LogKey)?) {
        self.artifact = artifact
        self.trust = trust
        self.signer = signer
        self.ledger = ledger
    }

    func add(_ statement: Statement) throws -> Envelope {
        try EnvelopeAdding(artifact: artifact, signer: signer, keeping: EvidenceKeeping(trust: trust, ledger: ledger)).add(statement)
    }
}

/// Adds one signed statement to the sidecars of an artifact.
struct EnvelopeAdding {
    let artifact: FilePath
    let signer: any Signer
    let keeping: EvidenceKeeping

    func add(_ statement: Statement) throws -> Envelope {
        let envelope = try Envelope.sign(statement, with: signer)
        // The proof first: an envelope without one would be refused, a proof without its envelope is only ignored.
        _ = try keeping.log([envelope], of: [signer.publicKey], beside: artifact)
        let path = artifact.sidecar(EnvelopeFile.fileExtension)
        var file = path.exists ? try EnvelopeFile.read(path) : EnvelopeFile()
        file.append(envelope)
        try file.write(to: path)
        try keeping.renew(beside: artifact)
        return envelope
    }
}
