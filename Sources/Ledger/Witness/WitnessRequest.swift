public import Basics
import Cryptography
public import Foundation

/// What a log asks of a witness: tlog-witness's `add-checkpoint` body.
public struct WitnessRequest: Hashable, Sendable {
    /// The size that the log believes the witness to know.
    public let oldSize: UInt64
    public let proof: [SHA256Digest]
    public let note: SignedNote

    public init(oldSize: UInt64, proof: [SHA256Digest], note: SignedNote) {
        self.oldSize = oldSize
        self.proof = proof
        self.note = note
    }

    public init(parsing body: Data) throws(LedgerError) {
        guard body.count <= SignedNote.byteLimit, let text = String(validating: body, as: UTF8.self) else {
            throw .proofMalformed("it is too large or not UTF-8")
        }
        guard let gap = text.firstGap else { throw .proofMalformed("it holds no checkpoint") }
        var lines = text[..<gap.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard let line = lines.popFirst(), line.hasPrefix("old "), let size = UInt64(line.dropFirst(4)), "old \(size)" == line else {
            throw .proofMalformed("it does not begin with the old size")
        }
        guard lines.count <= 63 else { throw .proofTooLong }
        var proof: [SHA256Digest] = []
        for line in lines {
            guard let hash = Base64.decodeCanonical(line).flatMap({ SHA256Digest(bytes: Array($0)) }) else {
                throw .proofMalformed("`\(line)` is not a hash")
            }
            proof.append(hash)
        }
        self.init(oldSize: size, proof: proof, note: try SignedNote(parsing: text[gap.upperBound...]))
    }

    public var body: Data { Data(("old \(oldSize)\n" + proof.map { Base64.encode($0.bytes) + "\n" }.joined() + "\n" + note.description).utf8) }
}

extension SignedNote {
    /// Reads what a witness answers: signature lines for the note of `text`, and nothing else (tlog-witness).
    public static func signatures(parsing answer: Data, for text: String) throws(LedgerError) -> [Signature] {
        guard answer.count <= byteLimit, let lines = String(validating: answer, as: UTF8.self) else {
            throw .noteMalformed("the answer is not UTF-8")
        }
        let note = try SignedNote(parsing: text + "\n" + lines)
        // Lines that continue the text would be a note about something else.
        guard note.text == text else { throw .noteMalformed("the answer holds more than signatures") }
        return note.signatures
    }
}
