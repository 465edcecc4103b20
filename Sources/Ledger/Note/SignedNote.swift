public import Basics
public import Cryptography
public import Foundation

/// A text with signatures below it: the C2SP signed-note format, version 1.
public struct SignedNote: Hashable, Sendable {
    public struct Signature: Hashable, Sendable {
        public let name: String
        public let keyID: [UInt8]
        public let bytes: Data
    }

    /// What is signed: ends with a line's end.
    public let text: String
    public let signatures: [Signature]

    /// The most that is read of a note, and the most signatures of one; the format asks for at least sixteen.
    static let byteLimit = 1 << 20
    static let signatureLimit = 64

    public init(text: String, signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note: text, an empty line, signature lines.
    public init(parsing note: some StringProtocol) throws(LedgerError) {
        let note = String(note)
        guard note.utf8.count <= Self.byteLimit else { throw .noteMalformed("it is too large") }
        guard !note.utf8.contains(where: { $0 < 0x20 && $0 != UInt8(ascii: "\n") }) else { throw .noteMalformed("it holds control characters") }
        // The signatures follow the last empty line: a text may hold empty lines itself.
        guard let gap = note.lastGap else {
            throw .noteMalformed("it has no empty line before its signatures")
        }
        let text = note[..<gap.lowerBound] + "\n"
        guard note.hasSuffix("\n"), gap.upperBound < note.endIndex else { throw .noteMalformed("it has no signature") }
        var signatures: [Signature] = []
        for line in note[gap.upperBound...].dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 3, words[0] == "—", !words[1].isEmpty, let bytes = Base64.decodeCanonical(words[2]), bytes.count > 4 else {
                throw .noteMalformed("a signature line is not `— name base64`")
            }
            signatures.append(.init(name: String(words[1]), keyID: Array(bytes.prefix(4)), bytes: Data(bytes.dropFirst(4))))
        }
        guard signatures.count <= Self.signatureLimit else { throw .noteMalformed("it has too many signatures") }
        self.init(text: String(text), signatures: signatures)
    }

    public init(parsing bytes: Data) throws(LedgerError) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .noteMalformed("it is not UTF-8") }
        try self.init(parsing: text)
    }

    /// The note as it is written.
    public var description: String {
        text + "\n" + signatures.map { "— \($0.name) \(Base64.encode($0.keyID + $0.bytes))\n" }.joined()
    }

    /// Signs as a log: Ed25519 over the text.
    public func signed(by key: LogKey, name: String) throws(LedgerError) -> SignedNote {
        let noteKey = try NoteKey(name: name, kind: .log, key: key.publicKey)
        do {
            return SignedNote(text: text, signatures: signatures + [.init(name: name, keyID: noteKey.id, bytes: try key.sign(Data(text.utf8)))])
        } catch {
            throw .cryptography(error)
        }
    }

    /// Signs as a witness: Ed25519 over the dated text (tlog-cosignature v1).
    public func cosigned(by key: LogKey, name: String, at time: Timestamp) throws(LedgerError) -> SignedNote {
        let noteKey = try NoteKey(name: name, kind: .witness, key: key.publicKey)
        let date = (0..<8).map { UInt8(truncatingIfNeeded: UInt64(bitPattern: time.seconds) >> UInt64(56 - 8 * $0)) }
        do {
            let signature = try key.sign(Self.cosigned(text, at: time))
            return SignedNote(text: text, signatures: signatures + [.init(name: name, keyID: noteKey.id, bytes: Data(date) + signature)])
        } catch { throw .cryptography(error) }
    }

    /// When `key` signed this note: `.some(nil)` for a log, whose signature has no date; nil when it did not sign.
    ///
    /// Throws when a signature claims to be this key's and is not: such a note is refused as a whole.
    public func verified(by key: NoteKey) throws(LedgerError) -> Timestamp?? {
        var found: Timestamp??
        for signature in signatures where signature.name == key.name && signature.keyID == key.id {
            switch key.kind {
            case .log:
                guard key.key.verifies(signature: signature.bytes, of: Data(text.utf8)) else { throw .noteSignature(name: key.name) }
                found = .some(nil)
            case .witness:
                let seconds = signature.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                guard signature.bytes.count == 72, let seconds = Int64(exactly: seconds),
                    key.key.verifies(signature: Data(signature.bytes.dropFirst(8)), of: Self.cosigned(text, at: Timestamp(seconds: seconds)))
                else { throw .noteSignature(name: key.name) }
                found = .some(Timestamp(seconds: seconds))
            }
        }
        return found
    }

    private static func cosigned(_ text: String, at time: Timestamp) -> Data { Data("cosignature/v1\ntime \(time.seconds)\n\(text)".utf8) }
}
