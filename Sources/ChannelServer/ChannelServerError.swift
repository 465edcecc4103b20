public import Basics
public import SystemPackage

/// What kept the server, or its folder, from working. What a client did wrong is an answer, not an error.
public enum ChannelServerError: Explained, Hashable {
    case notAChannelFolder(FilePath)
    case noOwner
    case unknownOwner(Owner, FilePath)
    case stagingIsOwner(Owner)
    case stagingDiffers(Owner, had: Owner)
    case tokenExists(FilePath)
    case badName(what: String, text: String)
    case cannotListen(host: String, port: Int, reason: String)
    case database(String)
    case stopped
    case rosterNamesNoLog(FilePath)

    public var message: String {
        switch self {
        case .notAChannelFolder(let path): "`\(path)` is not a channel server's folder"
        case .noOwner: "a channel server needs an owner"
        case .unknownOwner(let owner, let path): "`\(path)` has no owner `\(owner)`"
        case .stagingIsOwner(let owner): "`\(owner)` cannot be both the owner and its staging owner"
        case .stagingDiffers(let owner, let had): "the folder's staging owner is `\(had)`, not `\(owner)`"
        case .tokenExists(let path): "`\(path)` is there already"
        case .badName(let what, let text): "`\(text)` is not \(what)"
        case .cannotListen(let host, let port, let reason): "cannot listen on `\(host):\(port)`: \(reason)"
        case .database(let reason): "the server's database refused: \(reason)"
        case .rosterNamesNoLog(let path): "the roster names no log, so nothing in `\(path)` can be believed"
        case .stopped: "the server stopped before it listened"
        }
    }

    public var hint: String? {
        switch self {
        case .notAChannelFolder(let path): "make one with `hallmark-channel init --data \(path) --owner OWNER`"
        case .noOwner: "name one with `--owner`"
        case .tokenExists: "give the new token another name, or remove that file and make the token again"
        case .rosterNamesNoLog: "name the log in the roster with `hallmark roster policy --log-key`, or leave `--ledger` out"
        case .cannotListen: "choose another port; 0 takes a free one"
        default: nil
        }
    }
}
