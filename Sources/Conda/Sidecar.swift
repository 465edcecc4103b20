/// A file of evidence that lies beside an artifact and is called like it, with a suffix.
///
/// The list is closed: it is what hallmark writes, reads and publishes beside an artifact, and all that its channel keeps there.
public enum Sidecar: String, CaseIterable, Hashable, Sendable, Codable {
    /// A plain detached signature of the artifact.
    case signature = "sig"
    case auditRecord = "audit.json"
    /// All envelopes, one a line.
    case envelopes = "intoto.jsonl"
    /// The ledger's proofs of the envelopes and their time stamps, one a line.
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

    /// The most bytes that are taken, fetched or read of one.
    public var byteLimit: Int {
        switch self {
        case .signature: 16 << 10
        case .bundles: 4 << 20
        case .envelopes, .proofs: 16 << 20
        case .auditRecord: 32 << 20
        case .plainBuildLog, .buildLog, .zstdBuildLog: 512 << 20
        case .evidence: 1 << 30
        }
    }

    /// Whether its lines come from several people: two such files are united line by line, so that nobody can take another's away.
    public var isUnited: Bool { self == .envelopes || self == .proofs }

    /// Splits `FILE.suffix` into the artifact's file name and the kind; nil when it ends in none of the suffixes.
    public static func split(_ fileName: String) -> (artifact: String, kind: Sidecar)? {
        for kind in allCases where fileName.hasSuffix(kind.suffix) { return (String(fileName.dropLast(kind.suffix.count)), kind) }
        return nil
    }
}
