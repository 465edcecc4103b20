import Basics
import Conda
public import Cryptography
import Files
import Foundation
public import Provenance
public import SystemPackage
import Verification

/// Turns what the journal says of each artifact into an audit record and signed statements, and puts the signatures into the ledger.
public struct ArtifactSigning: Sendable {
    public let session: WorkspaceSession
    public let signer: any Signer
    /// The signer's name in the roster.
    public let person: String
    public let keeping: EvidenceKeeping
    public let version: String

    public init(session: WorkspaceSession, signer: any Signer, person: String, keeping: EvidenceKeeping, version: String) {
        self.session = session
        self.signer = signer
        self.person = person
        self.keeping = keeping
        self.version = version
    }

    public struct Answer: Sendable {
        public let artifact: JournalEvent.ArtifactReference
        public let file: FilePath
        public let envelopes: [Envelope]
        public let isNew: Bool
    }

    /// Signs every artifact whose matrix is green and which has not been signed since; the others are named in an error, after the work is done.
    public func run(onProgress: @Sendable (String) -> Void) async throws -> [Answer] {
        let state = await session.state
        guard !state.artifacts.isEmpty else { throw WorkspaceError.nothingBuilt }
        var answers: [Answer] = []
        var refused: WorkspaceError?
        for artifact in state.artifacts {
            let file = try session.file(of: artifact.reference)
            guard let matrix = artifact.matrix, matrix.isGreen else {
                let counts = (artifact.matrix?.counts ?? [:]).sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
                refused = refused ?? .notGreen(artifact.reference.name, summary: counts.isEmpty ? "it was not run" : counts)
                continue
            }
            if let envelopes = try kept(artifact, file) {
                let isNew = try await finish(artifact, envelopes, file)
                answers.append(Answer(artifact: artifact.reference, file: file, envelopes: envelopes, isNew: isNew))
                continue
            }
            onProgress("signing \(artifact.reference.name)")
            answers.append(try await sign(artifact, file, state))
        }
        if let refused { throw refused }
        return answers
    }

    /// The envelopes that the journal says were signed, by this key where they are not in the ledger yet; nil where there are none, or not all any more.
    private func kept(_ artifact: WorkspaceState.Artifact, _ file: FilePath) throws -> [Envelope]? {
        guard let signed = artifact.signed, artifact.logged != nil || signed.keyID == signer.publicKey.keyID.description else { return nil }
        let path = file.sidecar(EnvelopeFile.fileExtension)
        guard path.exists else { return nil }
        let envelopes = try EnvelopeFile.read(path).envelopes
        return signed.envelopes.allSatisfy { digest in envelopes.contains { $0.digest == digest } } ? envelopes : nil
    }

    /// Does what a kill after the signatures left undone: the ledger and the archive. False if there was nothing but the archive.
    private func finish(_ artifact: WorkspaceState.Artifact, _ envelopes: [Envelope], _ file: FilePath) async throws -> Bool {
        guard artifact.logged == nil, keeping.ledger != nil else {
            if !file.sidecar(EvidenceArchive.fileExtension).exists { try keeping.renew(beside: file) }
            return false
        }
        try await log(artifact.reference, envelopes, file)
        return true
    }

    /// What is in the ledger already is found there, not put in again.
    private func log(_ reference: JournalEvent.ArtifactReference, _ envelopes: [Envelope], _ file: FilePath) async throws {
        if let logged = try keeping.log(envelopes, of: [signer.publicKey], beside: file) {
            try await session.record(
                .logged(.init(artifact: reference, origin: logged.origin, treeSize: Int64(logged.size), leaves: logged.indices.map(Int64.init))))
        }
        try keeping.renew(beside: file)
    }

    private func sign(_ artifact: WorkspaceState.Artifact, _ file: FilePath, _ state: WorkspaceState) async throws -> Answer {
        let reference = artifact.reference
        let auditFile = file.sidecar(AuditRecord.fileExtension)
        // The record is made once: making it again after a kill would give it another journal head, and so another digest.
        let audit: JournalEvent.FileReference
        if let recorded = artifact.recorded, let now = try? session.workspace.reference(auditFile), now == recorded.audit {
            audit = recorded.audit
        } else {
            let record = try AuditRecord(of: artifact, entries: await session.entries, head: await session.head, person: person)
            try auditFile.replaceContents(with: record.contents)
            audit = try session.workspace.reference(auditFile)
            try await session.record(.recorded(.init(artifact: reference, audit: audit)))
        }
        let logFile = file.sidecar(Workspace.logExtension)
        try copyLog(of: artifact, in: state, to: logFile)
        let statements = try StatementComposition(
            artifact: artifact, state: state, audit: audit, workspace: session.workspace, person: person, version: version
        ).statements()
        let envelopes = try statements.map { try Envelope.sign($0, with: signer) }
        // Signing anew begins anew: proofs of earlier envelopes would say nothing about these.
        try file.sidecar(ProofFile.fileExtension).removeAll()
        try file.sidecar(EvidenceArchive.fileExtension).removeAll()
        try EnvelopeFile(envelopes).write(to: file.sidecar(EnvelopeFile.fileExtension))
        try file.sidecar(Sidecar.signature.suffix).replaceContents(with: try signer.sign(file: file))
        try await session.record(
            .signed(.init(artifact: reference, keyID: signer.publicKey.keyID.description, person: person, envelopes: envelopes.map(\.digest))))
        try await log(reference, envelopes, file)
        return Answer(artifact: reference, file: file, envelopes: envelopes, isNew: true)
    }

    private func copyLog(of artifact: WorkspaceState.Artifact, in state: WorkspaceState, to target: FilePath) throws {
        guard case .built(let built) = state.variants.first(where: { $0.name == artifact.variant })?.status else { return }
        try session.workspace.writeLog(of: built, to: target)
    }
}

extension FilePath {
    /// The file beside this one whose name is this one's with `ending` behind it.
    public func sidecar(_ ending: String) -> FilePath { removingLastComponent().appending((lastComponent?.string ?? "") + ending) }
}

extension Workspace {
    /// The build log beside the artifact.
    public static let logExtension = Sidecar.plainBuildLog.suffix
}
