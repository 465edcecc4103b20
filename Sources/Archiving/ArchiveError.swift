public import Basics
public import Files

/// What kept us from reading or writing an archive.
public enum ArchiveError: Explained, Hashable {
    /// libarchive refused, in its own words.
    case library(action: String, text: String)
    case file(FileError)
    case zip(StoredZipError)
    case bzip2(Bzip2Error)
    /// A member's name is not UTF-8; the bytes that are not are shown as U+FFFD.
    case nameNotUTF8(String)
    /// A member gave more or fewer bytes than its header promised.
    case wrongSize(member: String, promised: Int64, given: Int64)
    /// The C library has no UTF-8 locale, without which names cannot be read as they were written.
    case noUTF8Locale
    /// Something of ours that takes or gives bytes refused; the text says why.
    case interrupted(String)

    public var message: String {
        switch self {
        case .library(let action, let text): "cannot \(action): \(text)"
        case .file(let error): error.message
        case .zip(let error): error.message
        case .bzip2(let error): error.message
        case .nameNotUTF8(let name): "the member `\(name)` has a name that is not UTF-8"
        case .wrongSize(let member, let promised, let given): "the member `\(member)` holds \(given) bytes where its header says \(promised)"
        case .noUTF8Locale: "this system has no `C.UTF-8` locale"
        case .interrupted(let text): text
        }
    }

    public var hint: String? {
        switch self {
        case .file(let error): error.hint
        case .noUTF8Locale: "install the package that brings the system's locales"
        default: nil
        }
    }
}
