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
        }
    }

    public var hint: String? {
        switch self {
        case .file(let error): error.hint
        case .unsupportedKey: "people sign with ECDSA P-256, logs and witnesses with Ed25519; make a key with `hallmark key new`"
        case .passphraseNeeded: "give the passphrase at the terminal or through a file descriptor"
        case .notABase64KeyID: "a key id is the base64 of 32 bytes: the SHA-256 of the public key's DER form"
        default: nil
        }
    }

    private static func clause(_ reasons: [String]) -> String { reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; ") }
}
