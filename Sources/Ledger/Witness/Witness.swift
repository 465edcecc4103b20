public import Basics
public import Cryptography
import Files
import Foundation
public import SystemPackage

/// Somebody who watches a log grow and signs each of its heads, but never two that contradict each other (C2SP tlog-witness).
///
/// The new head is on the disk before its signature leaves: a witness that is killed forgets nothing that it has said.
public struct Witness: Sendable {
    public let name: String
    private let key: LogKey
    private let memory: CheckpointMemory

    /// The state lives in `folder`; it belongs to one witness.
    public init(name: String, key: LogKey, folder: FilePath) throws(LedgerError) {
        _ = try NoteKey(name: name, kind: .witness, key: key.publicKey)
        self.name = name
        self.key = key
        memory = CheckpointMemory(folder)
    }

    public func noteKey() throws(LedgerError) -> NoteKey { try NoteKey(name: name, kind: .witness, key: key.publicKey) }

    /// The size of the log that the witness has signed last; 0 when it knows none.
    public func knownSize(of log: NoteKey) throws(LedgerError) -> UInt64 { try memory.recall(log)?.checkpoint.size ?? 0 }

    /// Verifies that the log only grew, remembers the new head, and then signs it.
    public func cosign(_ request: WitnessRequest, of log: NoteKey, at now: Timestamp = .now) throws(LedgerError) -> SignedNote.Signature {
        let lock: FileLock
        do throws(FileError) {
            try memory.folder.createDirectory()
            lock = try FileLock.take(memory.folder.appending(".lock"), holder: "the witness \(name)")
        } catch { throw .file(error) }
        let signature = try cosignAlone(request, of: log, at: now)
        lock.release()
        return signature
    }

    private func cosignAlone(_ request: WitnessRequest, of log: NoteKey, at now: Timestamp) throws(LedgerError) -> SignedNote.Signature {
        let new = try VerifiedCheckpoint(request.note, by: log)
        let known = try memory.recall(log)?.checkpoint.size ?? 0
        // In tlog-witness's order: what can never be right, what is right at another size, what is not proven.
        guard new.checkpoint.size >= request.oldSize else {
            throw request.oldSize == known
                ? .rollback(remembered: known, found: new.checkpoint.size) : .indexOutside(index: request.oldSize, size: new.checkpoint.size)
        }
        guard request.oldSize == known else { throw .witnessKnowsOther(size: known) }
        guard request.oldSize > 0 || request.proof.isEmpty else { throw .proofTooLong }
        try memory.remember(new, of: log) { _, _ in request.proof }
        let signed = try SignedNote(text: request.note.text, signatures: []).cosigned(by: key, name: name, at: now)
        guard let signature = signed.signatures.first else { throw .noteMalformed("it was not signed") }
        return signature
    }
}
