public import Basics
public import Conda
public import Files
public import Foundation
import Provenance
public import SystemPackage

/// All that was said about an artifact, as it came: nothing of it is believed yet.
///
/// Made from files that lie beside the artifact, or from bytes that somebody stored.
public struct Evidence: Sendable {
    /// The artifact itself, and the name that it goes by.
    public var artifact: FilePath
    public var fileName: String
    /// The platform's folder that it is or will be published in, where the caller knows it.
    public var subdir: Subdir?
    /// `FILE.intoto.jsonl`.
    public var envelopes: Data? { didSet { readEnvelopes = nil } }
    /// `FILE.proofs.jsonl`.
    public var proofs: Data? { didSet { readProofs = nil } }
    /// `FILE.sig`.
    public var detachedSignature: Data?
    /// `FILE.audit.json`.
    public var auditRecord: Data?
    /// The build log, where it is at hand; evidence names it by its digest.
    public var buildLog: FilePath?
    /// The digest of the build log, where its bytes came in another way.
    public var buildLogSHA256: SHA256Digest?
    /// What an archive's own reader has read already: the same lines by the same parsers, so that they are not read twice.
    var readEnvelopes: EnvelopeFile?
    var readProofs: ProofFile?
    /// What was wrong with the container that the evidence came in; each becomes a failure of the third step.
    var problems: [String] = []
    /// The digest that the container gives for the artifact.
    var claimedSHA256: SHA256Digest?

    public init(
        artifact: FilePath, fileName: String, subdir: Subdir? = nil, envelopes: Data? = nil, proofs: Data? = nil, detachedSignature: Data? = nil,
        auditRecord: Data? = nil, buildLog: FilePath? = nil, buildLogSHA256: SHA256Digest? = nil
    ) {
        self.artifact = artifact
        self.fileName = fileName
        self.subdir = subdir
        self.envelopes = envelopes
        self.proofs = proofs
        self.detachedSignature = detachedSignature
        self.auditRecord = auditRecord
        self.buildLog = buildLog
        self.buildLogSHA256 = buildLogSHA256
    }

    /// Collects the sidecars that lie beside the artifact, or in `folder`. What is missing stays nil; what cannot be read is an error.
    public static func collect(for artifact: FilePath, in folder: FilePath? = nil, subdir: Subdir? = nil) throws(FileError) -> Evidence {
        let name = artifact.lastComponent?.string ?? ""
        let folder = folder ?? artifact.removingLastComponent()
        func contents(_ sidecar: Sidecar) throws(FileError) -> Data? {
            let path = folder.appending(name + sidecar.suffix)
            return path.exists ? try path.contents(limit: sidecar.byteLimit) : nil
        }
        let log = folder.appending(name + Sidecar.plainBuildLog.suffix)
        return Evidence(
            artifact: artifact, fileName: name, subdir: subdir, envelopes: try contents(.envelopes), proofs: try contents(.proofs),
            detachedSignature: try contents(.signature), auditRecord: try contents(.auditRecord), buildLog: log.exists ? log : nil)
    }
}
