/// A file of evidence that lies beside an artifact and is called like it, with a suffix.
public enum Sidecar: String, CaseIterable, Hashable, Sendable {
    /// A plain detached signature of the artifact.
    case signature = ".sig"
    case auditRecord = ".audit.json"
    /// All envelopes, one a line.
    case envelopes = ".intoto.jsonl"
    /// The ledger's proofs of the envelopes, one a line.
    case proofs = ".proofs.jsonl"
    /// Everything, for offline verification.
    case evidence = ".evidence"
    /// Sigstore bundles in an array, as CEP 50 has them.
    case bundles = ".sigs"
    case plainBuildLog = ".log"
    case buildLog = ".log.gz"
    case zstdBuildLog = ".log.zst"

    /// With its dot.
    public var suffix: String { rawValue }

    /// The largest file that is fetched, in bytes; hallmark-channel takes none that is larger.
    public var byteLimit: Int64 {
        switch self {
        case .signature: 16 << 10
        case .bundles: 4 << 20
        case .auditRecord, .envelopes, .proofs: 32 << 20
        case .plainBuildLog, .buildLog, .zstdBuildLog: 512 << 20
        case .evidence: 1 << 30
        }
    }
}
