/// A member of an artifact that has passed the gate.
public struct ArtifactMember: Hashable, Sendable {
    /// The two halves of an artifact; in a `.conda` each has its own archive.
    public enum Part: Hashable, Sendable { case info, payload }
    public enum Kind: Hashable, Sendable {
        case file
        case directory
        /// The target is relative and stays inside the package.
        case symbolicLink(target: String)
        /// The same bytes as the earlier file `target`.
        case hardLink(target: String)
    }

    /// Relative to the prefix, with `/`, without `.` or `..`.
    public let path: String
    public let part: Part
    public let kind: Kind
    /// The bytes that the header promises; reading throws if others come.
    public let size: Int64
    /// Permission bits; setuid, setgid and sticky are among them only here, never on disk.
    public let mode: UInt32
    /// Seconds since 1970.
    public let modified: Int64
}

/// Something that is shown every member of an artifact with its bytes, in the order of the archives.
public protocol MemberVisitor {
    mutating func begin(_ member: ArtifactMember) throws(PackagingError)
    /// The next bytes of the file that was begun last; not called for empty files and for what is no file.
    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(PackagingError)
    mutating func end(_ member: ArtifactMember) throws(PackagingError)
}
