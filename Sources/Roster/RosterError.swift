public import Basics
public import Cryptography
public import Files
public import Provenance
public import SystemPackage

/// Why a roster, or a chain of them, is not believed, or could not be written.
public enum RosterError: Explained, Hashable {
    case file(FileError)
    case provenance(ProvenanceError)
    case cryptography(CryptographyError)
    case malformed(version: Int, String)
    case empty
    /// The first version is not the one that the pin names.
    case unpinned(expected: SHA256Digest, found: SHA256Digest)
    case gap(expected: Int, found: Int)
    /// A version does not name the one before it.
    case wrongPrevious(version: Int)
    case threshold(version: Int, of: Int, needed: Int, people: [String])
    case signature(version: Int, ProvenanceError)
    case wrongChannel(version: Int, String)
    case rollback(remembered: Int, found: Int)
    /// A version that was seen before has another content now: the core has signed two.
    case fork(version: Int, remembered: SHA256Digest, found: SHA256Digest)
    case memoryMalformed(FilePath)
    case expired(version: Int, at: Timestamp)
    case unknownPerson(String)
    case unknownKey(KeyID)
    case illegalName(String)
    case illegalThreshold(Int, people: Int)
    case noPending(FilePath)
    case pendingExists(FilePath)
    case alreadyThere(FilePath)

    /// The name that a verdict shows.
    public var name: String {
        switch self {
        case .unpinned, .empty: "roster-unpinned"
        case .gap, .wrongPrevious: "roster-gap"
        case .threshold, .signature: "roster-threshold"
        case .wrongChannel: "wrong-channel-roster"
        case .rollback, .fork: "roster-rollback"
        case .expired: "roster-expired"
        default: "roster-malformed"
        }
    }

    public var message: String {
        switch self {
        case .file(let error): error.message
        case .provenance(let error): error.message
        case .cryptography(let error): error.message
        case .malformed(let version, let what): "version \(version) of the roster is malformed: \(what)"
        case .empty: "there is no roster"
        case .unpinned(let expected, let found): "the roster's first version is `\(found)`, and the pinned one is `\(expected)`"
        case .gap(let expected, let found): "version \(found) of the roster stands where version \(expected) should"
        case .wrongPrevious(let version): "version \(version) of the roster does not follow the one before it"
        case .threshold(let version, let of, let needed, let people):
            "version \(version) of the roster needs \(needed) of the core members of version \(of), and has "
                + (people.isEmpty ? "none" : people.joined(separator: ", "))
        case .signature(let version, let error): "version \(version) of the roster: \(error.message)"
        case .wrongChannel(let version, let channel): "version \(version) of the roster is of `\(channel)`"
        case .rollback(let remembered, let found): "version \(remembered) of the roster has been seen, and version \(found) is shown now"
        case .fork(let version, let remembered, let found):
            "version \(version) of the roster has been seen as `\(remembered)`, and is shown as `\(found)` now"
        case .memoryMalformed(let path): "`\(path)` is not what was remembered of a roster"
        case .expired(let version, let at): "version \(version) of the roster expired on \(at)"
        case .unknownPerson(let name): "`\(name)` is not in the roster"
        case .unknownKey(let key): "the key `\(key)` is not in the roster"
        case .illegalName(let name): "`\(name)` is not a person's name"
        case .illegalThreshold(let threshold, let people): "a threshold of \(threshold) cannot be met by \(people) people"
        case .noPending(let path): "no version of the roster waits for signatures in `\(path)`"
        case .pendingExists(let path): "a version of the roster waits for signatures in `\(path)` already"
        case .alreadyThere(let path): "there is a roster in `\(path)` already"
        }
    }

    public var hint: String? {
        switch self {
        case .file(let error): error.hint
        case .cryptography(let error): error.hint
        case .unpinned: "compare the pin with what the channel's core members publish, and trust neither until they agree"
        case .expired: "ask the channel's core members for a new version"
        case .rollback, .fork: "somebody shows you an old or another roster: ask the channel's core members which is right"
        case .illegalName: "a name holds lower-case letters, digits, `.`, `_` and `-`, and begins with a letter or digit"
        case .pendingExists: "sign that one first, or remove its file"
        default: nil
        }
    }
}
