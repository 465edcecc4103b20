/// What the Workbench can find out by itself; a checklist names it, and its raw value stands in the file.
public enum AutomaticCheck: String, CaseIterable, Hashable, Sendable, Codable {
    /// The roster grants this build to this person, now.
    case buildEnabled = "build-enabled"
    case treeClean = "tree-clean"
    case commitIsPullRequest = "commit-is-pull-request"
    case outputsRegistered = "outputs-registered"
    case imagePinned = "image-pinned"
    /// An engine that works, disk and memory.
    case machineReady = "machine-ready"
    case noSecrets = "no-secrets"
    case buildFinished = "build-finished"
    case recipeEmbedded = "recipe-embedded"
    case matrixGreen = "matrix-green"
    case auditRecorded = "audit-recorded"
    case artifactSigned = "artifact-signed"
    case statementsLogged = "statements-logged"
    /// On the label, with the signed bytes.
    case artifactUploaded = "artifact-uploaded"
    case retestGreen = "retest-green"
    case evidenceVerified = "evidence-verified"
    case reviewerIsNotBuilder = "reviewer-is-not-builder"
    case reviewAccepted = "review-accepted"
    case promotionVerified = "promotion-verified"

    /// What a check found; `detail` is for people.
    public enum Result: Hashable, Sendable {
        case passed(detail: String)
        case failed(detail: String)
        /// The build has not come that far, or what is needed to tell is not here.
        case undecided(detail: String)
    }
}
