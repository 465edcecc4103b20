import Conda

extension Sidecar {
    /// Never a type that a browser would run.
    var mediaType: String {
        switch self {
        case .auditRecord, .bundles: "application/json"
        case .envelopes, .proofs: "application/jsonl"
        case .plainBuildLog: "text/plain; charset=utf-8"
        case .signature, .evidence, .buildLog, .zstdBuildLog: "application/octet-stream"
        }
    }
}
