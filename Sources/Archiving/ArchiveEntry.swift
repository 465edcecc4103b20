/// The header of one member of a tar archive.
public struct ArchiveEntry: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case file
        case directory
        /// The target is as it was written, checked by nobody yet.
        case symbolicLink(target: String)
        /// The target is the path of an earlier member.
        case hardLink(target: String)
        /// A device, pipe or socket, by its name.
        case special(String)
    }

    /// As it was written, checked by nobody yet.
    public var path: String
    public var kind: Kind
    /// What the header says; 0 for all but files.
    public var size: Int64
    /// The permission bits with setuid, setgid and sticky.
    public var mode: UInt32
    /// Seconds since 1970.
    public var modified: Int64

    public init(path: String, kind: Kind, size: Int64 = 0, mode: UInt32 = 0o644, modified: Int64 = 0) {
        self.path = path
        self.kind = kind
        self.size = size
        self.mode = mode
        self.modified = modified
    }
}
