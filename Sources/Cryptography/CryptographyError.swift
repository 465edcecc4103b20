public import Basics
public import Files

/// What kept us from a key, a signature or a random number; `reasons` are OpenSSL's own words, oldest first.
public enum CryptographyError: Explained, Hashable {
    case library(action: String, reasons: [String])
    case file(FileError)
    case notAKey(reasons: [String])
    case unsupportedKey(expected: String)
    case wrongPassphrase
    case passphraseNeeded
    case passphraseEmpty
    case notABase64KeyID(String)
    case timestampRefused(reasons: [String])
    case agent(String)
    case notInAgent(KeyID)
    case notNamedInAgent(String, known: [String])

    public var message: String {
        switch self {
        case .library(let action, let reasons): "OpenSSL cannot \(action)" + Self.clause(reasons)
        case .file(let error): error.message
        case .notAKey(let reasons): "this is not a key that OpenSSL can read" + Self.clause(reasons)
        case .unsupportedKey(let expected): "this key is not \(expected)"
        case .wrongPassphrase: "the passphrase does not open this key"
        case .passphraseNeeded: "this key is locked with a passphrase"
        case .passphraseEmpty: "a passphrase must not be empty"
        case .notABase64KeyID(let text): "`\(text)` is not a key id"
        case .timestampRefused(let reasons): "the time stamp is not an authority's over these bytes" + Self.clause(reasons)
        case .agent(let what): "the ssh-agent is of no use: \(what)"
        case .notInAgent(let key): "the ssh-agent does not hold the key `\(key)`"
        case .notNamedInAgent(let name, let known):
            "the ssh-agent holds no P-256 key called `\(name)`" + (known.isEmpty ? "" : "; it has \(known.map { "`\($0)`" }.joined(separator: ", "))")
        }
    }

    public var hint: String? {
        switch self {
        case .file(let error): error.hint
        case .unsupportedKey: "people sign with ECDSA P-256, logs and witnesses with Ed25519; make a key with `hallmark key new`"
        case .passphraseNeeded: "give the passphrase at the terminal or through a file descriptor"
        case .notABase64KeyID: "a key id is the base64 of 32 bytes: the SHA-256 of the public key's DER form"
        case .agent: "see what `ssh-add -l` says; `SSH_AUTH_SOCK` names the agent's socket"
        case .notInAgent, .notNamedInAgent: "add it with `ssh-add FILE`, or `ssh-add -s MODULE` for a token; it must be an ECDSA key on P-256"
        default: nil
        }
    }

    private static func clause(_ reasons: [String]) -> String { reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; ") }
}
