public import Basics
public import SystemPackage

/// What kept us from a file.
public enum FileError: Explained, Hashable {
    case missing(FilePath)
    case system(action: String, path: FilePath, errno: Errno)
    case tooLarge(FilePath, limit: Int)
    case locked(FilePath, holder: String)

    public var message: String {
        switch self {
        case .missing(let path): "`\(path)` is not there"
        case .system(let action, let path, let errno): "cannot \(action) `\(path)`: \(errno.description.lowercased())"
        case .tooLarge(let path, let limit): "`\(path)` is larger than the \(limit) bytes that are read of such a file"
        case .locked(let path, let holder): "`\(path)` is held by \(holder)"
        }
    }

    public var hint: String? {
        switch self {
        case .system(_, let path, .noSpace):
            "free some space on the disk that holds `\(path.removingLastComponent())`, then run the same command again"
        default: nil
        }
    }
}
