public import Basics

/// The answer of a verification: every step, every failure, and yes or no.
public struct Verdict: Hashable, Sendable, Codable {
    /// How far the evidence carries the artifact.
    public enum Stage: String, Hashable, Sendable, Codable {
        /// Something failed or could not be checked.
        case refused
        /// The builder's evidence is complete; the reviews that the policy asks for are not there.
        case awaitingReview = "awaiting-review"
        /// Reviewed as the policy asks.
        case reviewed
    }

    public let fileName: String
    public let sha256: SHA256Digest?
    public let profile: VerificationProfile
    public let stage: Stage
    public let steps: [VerificationStep]
    /// The people behind the accepted statements.
    public let builders: [String]
    public let reviewers: [String]
    /// The envelopes that a review of this evidence has to name: accepted builds, embeddings and tests.
    public let reviewable: [SHA256Digest]
    /// The roster's version that was judged by, and its digest.
    public let rosterVersion: Int?
    public let rosterDigest: SHA256Digest?
    public let verifiedAt: Timestamp

    /// Yes: nothing failed, nothing was left unchecked, and the profile's demands are met.
    public let accepted: Bool

    public var failures: [VerificationFailure] { steps.flatMap(\.failures) }

    /// What came along and does not count; of very much only the first of each step.
    public var ignored: [VerificationFailure] { steps.flatMap(\.ignored) }

    public subscript(number: VerificationStep.Number) -> VerificationStep? { steps.first { $0.number == number } }
}

/// What is asked of the evidence.
public enum VerificationProfile: String, Hashable, Sendable, Codable, CaseIterable {
    /// Before the review: the builder's evidence is complete.
    case build
    /// Before the release: reviewed by as many other people as the policy asks.
    case release
}
