/// A file of evidence that may lie beside an artifact, told by its suffix.
///
/// The list is closed: the server stores and serves these and nothing else beside an artifact.
public enum SidecarKind: String, CaseIterable, Sendable, Codable {
    /// A plain detached signature of the artifact.
    case signature = "sig"
    /// The audit record.
    case auditRecord = "audit.json"
    /// All envelopes, one a line.
    case envelopes = "intoto.jsonl"
    /// The ledger's proofs of the envelopes, one a line.
    case proofs = "proofs.jsonl"
    /// Everything, for offline verification.
    case evidence
    /// Sigstore bundles in an array, as CEP 50 has them.
    case bundles = "sigs"
    case plainBuildLog = "log"
    case buildLog = "log.gz"
    case zstdBuildLog = "log.zst"

    /// With its dot.
    public var suffix: String { "." + rawValue }

    /// The largest file that is taken, in bytes.
    public var byteLimit: Int {
        switch self {
        case .signature: 16 << 10
        case .bundles: 4 << 20
        case .auditRecord, .envelopes, .proofs: 32 << 20
        case .plainBuildLog, .buildLog, .zstdBuildLog: 512 << 20
        case .evidence: 1 << 30
        }
    }

    /// Never a type that a browser would run.
    var mediaType: String {
        switch self {
        case .auditRecord, .bundles: "application/json"
        case .envelopes, .proofs: "application/jsonl"
        case .plainBuildLog: "text/plain; charset=utf-8"
        case .signature, .evidence, .buildLog, .zstdBuildLog: "application/octet-stream"
        }
    }

    /// Splits `FILE.suffix` into the artifact's file name and the kind; nil when it ends in none of the suffixes.
    static func split(_ fileName: String) -> (artifact: String, kind: SidecarKind)? {
        for kind in allCases where fileName.hasSuffix(kind.suffix) {
            return (String(fileName.dropLast(kind.suffix.count)), kind)
        }
        return nil
    }
}
