/// A place where an artifact's recipe and the commit's part.
public enum RecipeDifference: Hashable, Sendable, CustomStringConvertible {
    /// The file is in both, with other bytes.
    case changed(String)
    /// The artifact holds a file that the commit does not, and that no build tool adds.
    case added(String)
    /// The commit holds a file that the artifact's recipe, though it has one, does not.
    case missing(String)

    public var description: String {
        switch self {
        case .changed(let path): "`\(path.shown)` has other bytes"
        case .added(let path): "`\(path.shown)` is not in the commit"
        case .missing(let path): "`\(path.shown)` is missing"
        }
    }
}
