/// The arrows in the life of a manual build, in their order.
public enum LifeStep: String, CaseIterable, Comparable, Hashable, Sendable, Codable {
    case request, plan, build, embed, matrix, record, sign, log, upload, retest, review, promote

    private var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    public static func < (left: LifeStep, right: LifeStep) -> Bool { left.position < right.position }
}
