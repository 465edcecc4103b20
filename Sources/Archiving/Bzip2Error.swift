public import Basics

/// Why bytes are not a bzip2 file that can be read or spliced.
public enum Bzip2Error: Explained, Hashable {
    case noSignature
    case malformed(what: String, bit: Int64)
    case wrongCRC(what: String, bit: Int64)
    case truncated
    case trailingBytes(offset: Int64)

    public var message: String {
        switch self {
        case .noSignature: "not a bzip2 file"
        case .malformed(let what, let bit): "not a bzip2 file that can be trusted: \(what) at bit \(bit) is malformed"
        case .wrongCRC(let what, let bit): "the bzip2 file is damaged: the CRC of \(what) at bit \(bit) is wrong"
        case .truncated: "the bzip2 file is cut off"
        case .trailingBytes(let offset): "something follows the bzip2 file at byte \(offset)"
        }
    }
}
