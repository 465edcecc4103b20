/// The gate of a server that knows nobody: it refuses everything.
public struct ClosedGate: PromotionGate {
    public init() {}
    public var demandsEvidence: Bool { true }

    public func verdict(on request: PromotionRequest) async -> PromotionVerdict {
        .refused([PromotionFailure(name: "roster-unpinned", detail: "this server has no roster, so nobody can vouch for `\(request.artifact)`")])
    }
}
