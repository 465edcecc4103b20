/// One reason of a refusal, in the server's words.
public struct RefusalReason: Hashable, Sendable, CustomStringConvertible {
    /// A name that never changes, such as `review-threshold`; empty when the server only gave a sentence.
    public let name: String
    public let detail: String

    public init(name: String = "", detail: String) {
        self.name = name
        self.detail = detail
    }

    public var description: String { name.isEmpty ? detail : "\(name): \(detail)" }
}
