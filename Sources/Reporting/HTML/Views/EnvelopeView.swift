import Basics

/// One signed statement.
struct EnvelopeView {
    let kind: String
    let predicateType: String
    let subject: String
    let signer: String
    let keyID: String
    let leaf: String?
    let sha256: String

    init(_ envelope: BuildReport.Envelope) {
        kind = Self.kind(of: envelope.predicateType)
        predicateType = envelope.predicateType
        subject = envelope.subject
        signer = envelope.signer ?? "an unknown key"
        keyID = envelope.keyID
        leaf = envelope.leaf.map(String.init)
        sha256 = envelope.sha256.hexadecimal
    }

    /// What a predicate says, where we know it.
    private static func kind(of predicateType: String) -> String {
        switch predicateType {
        case let type where type.hasPrefix("https://slsa.dev/provenance/"): "Provenance"
        case let type where type.hasPrefix("https://slsa.dev/verification_summary/"): "Review"
        case let type where type.hasPrefix("https://in-toto.io/attestation/test-result/"): "Test result"
        case let type where type.contains("publish"): "Publication"
        default: "Statement"
        }
    }
}
