public import Basics

/// Why a file is not a ZIP archive of stored members that everybody reads the same way.
public enum StoredZipError: Explained, Hashable {
    /// There is no end record at the very end, where a ZIP without a comment has it.
    case noEnd
    /// A record is cut off or holds something impossible.
    case malformed(what: String, offset: Int64)
    case compressed(member: String, method: Int)
    case encrypted(member: String)
    /// Flag bits that change how a member is read and that no conda tool sets.
    case flags(member: String, bits: Int)
    case duplicate(member: String)
    case badName(String)
    /// The two headers of one member contradict each other.
    case contradiction(member: String, field: String)
    /// Members overlap, or bytes lie between them that no member owns.
    case gap(member: String, expected: Int64, found: Int64)
    case wrongCRC(member: String, expected: UInt32, found: UInt32)
    case tooManyMembers(limit: Int)
    /// The writer was given another number of bytes than it was told.
    case wrongSize(member: String, promised: Int64, given: Int64)

    public var message: String {
        switch self {
        case .noEnd: "not a ZIP archive: no end record stands at its end"
        case .malformed(let what, let offset): "not a ZIP archive that can be trusted: \(what) at byte \(offset) is malformed"
        case .compressed(let member, let method): "the ZIP member `\(member)` is compressed (method \(method)); only stored members are taken"
        case .encrypted(let member): "the ZIP member `\(member)` is encrypted"
        case .flags(let member, let bits): "the ZIP member `\(member)` has unknown flags (0x\(String(bits, radix: 16)))"
        case .duplicate(let member): "the ZIP member `\(member)` is there twice"
        case .badName(let name): "the ZIP member `\(name)` has a name that is not taken"
        case .contradiction(let member, let field): "the two headers of the ZIP member `\(member)` differ in their \(field)"
        case .gap(let member, let expected, let found):
            "the ZIP member `\(member)` begins at byte \(found) and not at \(expected): members overlap, or something is hidden between them"
        case .wrongCRC(let member, let expected, let found):
            "the ZIP member `\(member)` has the CRC \(String(found, radix: 16)) and not \(String(expected, radix: 16)): it is damaged"
        case .tooManyMembers(let limit): "the ZIP archive has more than \(limit) members"
        case .wrongSize(let member, let promised, let given): "the ZIP member `\(member)` got \(given) bytes where \(promised) were promised"
        }
    }
}
