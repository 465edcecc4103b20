/// One reason why an artifact is not accepted, by its name.
public struct VerificationFailure: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The names. They are part of the format: scripts match on them, and `docs/formats.md` lists them.
    public enum Code: String, Hashable, Sendable, Codable, CaseIterable {
        // 1 pins and policy
        case rosterUnpinned = "roster-unpinned"
        case policyInvalid = "policy-invalid"
        // 2 artifact
        case badFilename = "bad-filename"
        case artifactUnreadable = "artifact-unreadable"
        // 3 evidence
        case evidenceMissing = "evidence-missing"
        case evidenceTooLarge = "evidence-too-large"
        case evidenceMalformed = "evidence-malformed"
        // 4 roster
        case rosterMissing = "roster-missing"
        case rosterMalformed = "roster-malformed"
        case rosterThreshold = "roster-threshold"
        case rosterGap = "roster-gap"
        case rosterRollback = "roster-rollback"
        case rosterExpired = "roster-expired"
        case wrongChannelRoster = "wrong-channel-roster"
        // 5 signatures
        case unknownKey = "unknown-key"
        case badSignature = "bad-signature"
        case wrongPayloadType = "wrong-payload-type"
        case signatureCount = "signature-count"
        case keyHintMismatch = "key-hint-mismatch"
        case detachedSignatureMissing = "detached-signature-missing"
        case badDetachedSignature = "bad-detached-signature"
        // 6 statements
        case wrongStatementType = "wrong-statement-type"
        case statementMalformed = "statement-malformed"
        case subjectMismatch = "subject-mismatch"
        case subjectNameMismatch = "subject-name-mismatch"
        // 7 time
        case noTrustedTime = "no-trusted-time"
        case timestampInvalid = "timestamp-invalid"
        case keyNotYetValid = "key-not-yet-valid"
        case keyExpired = "key-expired"
        case keyRevoked = "key-revoked"
        // 8 roles
        case roleNotGranted = "role-not-granted"
        case packageNotGranted = "package-not-granted"
        case grantExpired = "grant-expired"
        case signerBuilderMismatch = "signer-builder-mismatch"
        // 9 ledger
        case notLogged = "not-logged"
        case leafMismatch = "leaf-mismatch"
        case inclusionFailed = "inclusion-failed"
        case checkpointSignature = "checkpoint-signature"
        case wrongOrigin = "wrong-origin"
        case logUnknown = "log-unknown"
        // 10 witnesses
        case witnessQuorum = "witness-quorum"
        case logSplitView = "log-split-view"
        case logRollback = "log-rollback"
        case checkpointTooOld = "checkpoint-too-old"
        // 11 rules
        case missingBuild = "missing-build"
        case missingTest = "missing-test"
        case testFailed = "test-failed"
        case imageNotAllowed = "image-not-allowed"
        case missingPublish = "missing-publish"
        case wrongTargetChannel = "wrong-target-channel"
        case selfReview = "self-review"
        case selfPromotion = "self-promotion"
        case reviewThreshold = "review-threshold"
        case reviewStale = "review-stale"
        case reviewRejected = "review-rejected"
        case reviewPolicyUnknown = "review-policy-unknown"
        // 12 content
        case recipeMismatch = "recipe-mismatch"
        case payloadChanged = "payload-changed"
        case subdirMismatch = "subdir-mismatch"
        case contentUnsound = "content-unsound"
        case auditRecordMissing = "audit-record-missing"
        case auditRecordMismatch = "audit-record-mismatch"
        case buildLogMismatch = "build-log-mismatch"
        // 13 withdrawal
        case withdrawn
    }

    public let code: Code
    /// The cell, the image's digest: what the name alone does not say.
    public let object: String?
    /// One sentence for people, without a full stop.
    public let detail: String

    public init(_ code: Code, of object: String? = nil, _ detail: String) {
        self.code = code
        self.object = object
        self.detail = detail
    }

    /// The full name, such as `missing-test:debian12`.
    public var name: String { object.map { "\(code.rawValue):\($0)" } ?? code.rawValue }
    public var description: String { "\(name): \(detail)" }
}
