import Basics
import Cryptography
import Foundation
import Ledger
import Testing

@Suite struct NoteTests {
    @Test func `verifies the example of the signed-note specification`() throws {
        let key = try NoteKey(parsing: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
        let line = "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
        let note = try SignedNote(parsing: "This is an example message.\n\n\(line)\n")
        #expect(try note.verified(by: key) == .some(nil))
        #expect(note.description == "This is an example message.\n\n\(line)\n")
        let changed = try SignedNote(parsing: "This is an example message!\n\n\(line)\n")
        #expect(throws: LedgerError.noteSignature(name: "example.com/foo")) { try changed.verified(by: key) }
    }

    @Test func `signs and cosigns byte for byte like the vectors`() throws {
        let log = try Vectors.logKey()
        let root = try #require(Base64.decode(Vectors.root600).flatMap { SHA256Digest(bytes: Array($0)) })
        let note = try SignedNote(text: Checkpoint(origin: Vectors.origin, size: 600, root: root).text, signatures: [])
            .signed(by: log, name: Vectors.origin).cosigned(
                by: try Vectors.witnessKey(), name: Vectors.witnessName, at: Timestamp(seconds: 1_700_000_000))
        #expect(note.description == Vectors.checkpoint)
        #expect(try NoteKey(name: Vectors.origin, kind: .log, key: log.publicKey).description == Vectors.logKeyText)
        #expect(try NoteKey(name: Vectors.witnessName, kind: .witness, key: Vectors.witnessKey().publicKey).description == Vectors.witnessKeyText)
    }

    @Test func `a witness's signature says when`() throws {
        let note = try SignedNote(parsing: Vectors.checkpoint)
        #expect(try note.verified(by: NoteKey(parsing: Vectors.witnessKeyText)) == .some(Timestamp(seconds: 1_700_000_000)))
        let verified = try VerifiedCheckpoint(note, by: NoteKey(parsing: Vectors.logKeyText))
        #expect(verified.checkpoint.size == 600)
        // The same key under another name signed nothing here.
        #expect(try note.verified(by: NoteKey(name: "other", kind: .log, key: Vectors.logKey().publicKey)) == nil)
    }

    @Test func `a checkpoint of another log is refused`() throws {
        let other = try NoteKey(name: "example.org/other", kind: .log, key: try Vectors.logKey().publicKey)
        #expect(throws: LedgerError.wrongOrigin(expected: "example.org/other", found: Vectors.origin)) {
            try VerifiedCheckpoint(SignedNote(parsing: Vectors.checkpoint), by: other)
        }
        let stranger = try NoteKey(name: Vectors.origin, kind: .log, key: LogKey.generate().publicKey)
        #expect(throws: LedgerError.unsigned(origin: Vectors.origin)) {
            try VerifiedCheckpoint(SignedNote(parsing: Vectors.checkpoint), by: stranger)
        }
    }

    @Test func `every cut and every changed byte of a note is refused or unsigned`() throws {
        let key = try NoteKey(parsing: Vectors.logKeyText)
        let witness = try NoteKey(parsing: Vectors.witnessKeyText)
        let bytes = Data(Vectors.checkpoint.utf8)
        func isBelieved(_ bytes: Data) -> Bool {
            guard let note = try? SignedNote(parsing: bytes), (try? VerifiedCheckpoint(note, by: key)) != nil else { return false }
            return (try? note.verified(by: witness)) ?? nil != nil
        }
        #expect(isBelieved(bytes))
        for count in 0..<bytes.count { #expect(!isBelieved(bytes.prefix(count))) }
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(!isBelieved(changed))
        }
    }

    @Test(arguments: [
        "", "a", "a+b", "a+b+c", "example.org/manual-log+17ac2a82+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "example.org/manual log+17ac2a81+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "example.org/manual-log+17ac2a81+AwOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
    ])
    func `a key that is not spelled as the format says is refused`(text: String) { #expect(throws: LedgerError.self) { try NoteKey(parsing: text) } }

    @Test(arguments: [
        "o\n1\n", "o\n01\nOIY6tHvAwLrwc963ZtCm/Chz5mPoGYWCYGMsAKiqwTE=\n", "o\n1\nOIY6\n", "\n1\nOIY6tHvAwLrwc963ZtCm/Chz5mPoGYWCYGMsAKiqwTE=\n",
    ])
    func `a text that is not a checkpoint is refused`(text: String) { #expect(throws: LedgerError.self) { try Checkpoint(parsing: text) } }
}
