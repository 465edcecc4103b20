public import Basics
public import Cryptography
public import Files
public import SystemPackage

/// Why a log, a note or a proof is not what it should be.
public enum LedgerError: Explained, Hashable {
    case file(FileError)
    case cryptography(CryptographyError)
    case noteMalformed(String)
    case noteSignature(name: String)
    case checkpointMalformed(String)
    case wrongOrigin(expected: String, found: String)
    case unsigned(origin: String)
    case keyMalformed(String)
    case proofMalformed(String)
    case proofTooShort
    case proofTooLong
    case rootMismatch
    case indexOutside(index: UInt64, size: UInt64)
    case entryTooLarge(byteCount: Int)
    case entryMalformed(String)
    case alreadyThere(FilePath)
    case tileMalformed(FilePath)
    /// The tiles do not hash to the root that the checkpoint was signed over.
    case treeContradictsCheckpoint
    case notInLog
    case policyMalformed(String)
    case witnessKnowsOther(size: UInt64)
    case rollback(remembered: UInt64, found: UInt64)
    /// Two heads, each signed by the log, that cannot both be of one growing log.
    case splitView(one: String, other: String)

    public var message: String {
        switch self {
        case .file(let error): error.message
        case .cryptography(let error): error.message
        case .noteMalformed(let what): "this is not a signed note: \(what)"
        case .noteSignature(let name): "the note's signature is not that of `\(name)`"
        case .checkpointMalformed(let what): "this is not a checkpoint: \(what)"
        case .wrongOrigin(let expected, let found): "the checkpoint is of `\(found)`, not of `\(expected)`"
        case .unsigned(let origin): "the checkpoint is not signed with the key of `\(origin)`"
        case .keyMalformed(let what): "this is not a note's key: \(what)"
        case .proofMalformed(let what): "this is not a log proof: \(what)"
        case .proofTooShort: "the proof holds too few hashes"
        case .proofTooLong: "the proof holds too many hashes"
        case .rootMismatch: "the proof does not lead to the root of the tree"
        case .indexOutside(let index, let size): "entry \(index) is not in a tree of \(size)"
        case .entryTooLarge(let byteCount): "an entry of \(byteCount) bytes does not fit into a log's 65535"
        case .entryMalformed(let what): "this is not an entry of the ledger: \(what)"
        case .alreadyThere(let path): "there is a log at `\(path)` already"
        case .tileMalformed(let path): "`\(path)` is not a whole tile"
        case .treeContradictsCheckpoint: "the log's tiles do not have the root that its checkpoint is signed over"
        case .notInLog: "the log does not hold this entry"
        case .policyMalformed(let what): "this is not a log policy: \(what)"
        case .witnessKnowsOther(let size): "the witness knows the log at \(size) entries"
        case .rollback(let remembered, let found): "the log had \(remembered) entries when it was last seen, and has \(found) now"
        case .splitView(let one, let other): "the log has shown two faces, which proves its fault:\n\(one)\n\(other)"
        }
    }

    public var hint: String? {
        switch self {
        case .file(let error): error.hint
        case .cryptography(let error): error.hint
        case .treeContradictsCheckpoint, .tileMalformed: "the log's files were changed behind its back: restore them from a mirror and compare"
        case .splitView: "keep both notes and show them to the channel's core members"
        default: nil
        }
    }
}
