public import Basics
public import Conda

/// What the server says it keeps.
public struct SidecarReceipt: Hashable, Sendable {
    public let sidecar: Sidecar
    public let sha256: SHA256Digest
    public let version: Int64?
    /// False when the server had these bytes already.
    public let isNew: Bool
}
