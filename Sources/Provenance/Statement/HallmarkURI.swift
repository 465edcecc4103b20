/// Names for what only hallmark knows: build types, people, cells, the withdrawal.
///
/// In-toto wants URIs. We own no domain, so these are fragments of one random UUID's URN (RFC 9562, RFC 8141 §2.3.3): they are
/// unique, claim nobody's name, and promise no page behind them.
public enum HallmarkURI {
    public static let base = "urn:uuid:4d012224-5e07-436e-a9c6-53714ff804ca#hallmark/"

    public static let buildType = base + "build/v1"
    public static let embedType = base + "embed/v1"
    public static let withdrawalType = base + "withdrawal/v1"
    public static let remarks = base + "remarks"

    /// The URI of a person of the roster: a builder's `builder.id`, a reviewer's `verifier.id`.
    public static func person(_ name: String) -> String { base + "person/" + name }

    /// The URI of a cell of the test matrix.
    public static func cell(_ name: String) -> String { base + "cell/" + name }

    /// The name behind `person(_:)`; nil for other URIs.
    public static func personName(in uri: String) -> String? {
        let prefix = base + "person/"
        return uri.hasPrefix(prefix) && uri.count > prefix.count ? String(uri.dropFirst(prefix.count)) : nil
    }
}
