/// Decides whether a file may carry a protected label.
///
/// The server asks on every route that would give a file such a label: adding a label, copying, uploading, and the
/// copy out of staging. It never decides itself; a gate that cannot find out must refuse.
public protocol PromotionGate: Sendable {
    /// True when no file passes without sidecars, so that an upload straight into a protected label can be refused
    /// before its bytes are sent.
    var demandsEvidence: Bool { get }

    /// Judges the stored bytes and the evidence beside them. A failure to judge is a refusal that says why.
    func verdict(on request: PromotionRequest) async -> PromotionVerdict
}
