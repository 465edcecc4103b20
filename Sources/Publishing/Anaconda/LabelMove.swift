/// What moving a label came to.
public struct LabelMove: Hashable, Sendable {
    public let file: PublishedFile
    /// False when an earlier run had done it.
    public let didAdd: Bool
    public let didRemove: Bool
}
