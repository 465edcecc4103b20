/// What a gate says.
public enum PromotionVerdict: Hashable, Sendable {
    case accepted
    /// Every failure that was found, at least one.
    case refused([PromotionFailure])
}

/// One reason why a file may not have a label.
public struct PromotionFailure: Hashable, Sendable, Codable, CustomStringConvertible {
    /// A name that never changes, such as `review-threshold`.
    public let name: String
    /// A sentence for people, without a full stop.
    public let detail: String

    public init(name: String, detail: String) {
        self.name = name
        self.detail = detail
    }

    public var description: String { "\(name): \(detail)" }
}
