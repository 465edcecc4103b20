/// What the bearer of a token may do to the owner that the token belongs to.
public enum TokenScope: String, CaseIterable, Sendable, Codable, Comparable {
    /// See what a private owner has.
    case read
    /// Upload new files and give each its first sidecars.
    case upload
    /// Add newer versions of sidecars; older ones are kept.
    case evidence
    /// Change labels, copy into the owner, remove files. Protected labels still ask the gate.
    case promote

    public static func < (left: TokenScope, right: TokenScope) -> Bool {
        allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
    }
}
