/// Why a member is not let through, whoever reads the artifact.
public enum MemberRefusal: Hashable, Sendable {
    case emptyName
    case absolute
    case climbs
    case badCharacter
    case linkLeaves(target: String)
    case special(String)
    case duplicate
    /// Two names that are one where upper and lower case, or composed and decomposed letters, are the same.
    case clashes(with: String)
    /// A member lies below a member that is no folder.
    case belowNonFolder(String)
    /// A hard link to something that is no file before it.
    case badHardLink(target: String)
    /// Payload among `info/`, or `info/` among the payload.
    case outOfPlace

    public var reason: String {
        switch self {
        case .emptyName: "it has no name"
        case .absolute: "its path is absolute"
        case .climbs: "its path climbs with `..` or holds an empty part"
        case .badCharacter: "its path holds a control character"
        case .linkLeaves(let target): "it links to `\(target.shown)`, out of the package"
        case .special(let kind): "it is a \(kind)"
        case .duplicate: "it is there twice"
        case .clashes(let other): "it is the same as `\(other.shown)` where case does not count"
        case .belowNonFolder(let other): "it lies below `\(other.shown)`, which is no folder"
        case .badHardLink(let target): "it is a hard link to `\(target.shown)`, which is no file before it"
        case .outOfPlace: "it is in the wrong one of the artifact's two archives"
        }
    }
}
