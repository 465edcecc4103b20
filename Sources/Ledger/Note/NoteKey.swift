import Basics
public import Cryptography
import Foundation

/// A verifier key of the C2SP signed-note format: `name+keyid+base64(type‖key)`.
public struct NoteKey: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: UInt8, Hashable, Sendable {
        /// Ed25519 over the note: a log's own signature.
        case log = 0x01
        /// Ed25519 over a dated note: a witness's cosignature (tlog-cosignature).
        case witness = 0x04
    }

    public let name: String
    public let kind: Kind
    public let key: LogPublicKey
    /// The four bytes that a signature line begins with.
    public let id: [UInt8]

    public init(name: String, kind: Kind, key: LogPublicKey) throws(LedgerError) {
        let isLegal = !name.isEmpty && !name.contains("+") && !name.unicodeScalars.contains { $0.properties.isWhitespace || $0.value < 0x20 }
        guard isLegal else { throw .keyMalformed("`\(name)` is not a key's name") }
        self.init(name: name, kind: kind, validated: key)
    }

    public init(parsing text: String) throws(LedgerError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .keyMalformed("it has not the three parts `name+id+key`") }
        guard let bytes = Base64.decodeCanonical(parts[2]), bytes.count == 33, let kind = Kind(rawValue: bytes[0]) else {
            throw .keyMalformed("it is not an Ed25519 key of a log or a witness")
        }
        do throws(CryptographyError) {
            try self.init(name: String(parts[0]), kind: kind, validated: LogPublicKey(bytes: Array(bytes.dropFirst())))
        } catch { throw .cryptography(error) }
        guard id.hexadecimal == parts[1] else { throw .keyMalformed("its id is not that of its key") }
        _ = try NoteKey(name: name, kind: kind, key: key)
    }

    private init(name: String, kind: Kind, validated key: LogPublicKey) {
        self.name = name
        self.kind = kind
        self.key = key
        id = Array(SHA256Digest(of: Array(name.utf8) + [0x0A, kind.rawValue] + key.bytes).bytes.prefix(4))
    }

    public var description: String { "\(name)+\(id.hexadecimal)+\(Base64.encode([kind.rawValue] + key.bytes))" }
}
