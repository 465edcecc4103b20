import Basics
import Cryptography
import Files
import Foundation
import Ledger
import Synchronization

/// Decides what a witness answers to one request, in the words of tlog-witness.
final class WitnessDesk: Sendable {
    struct Answer: Sendable {
        let status: Int
        let body: String
        let type: String
        /// For the access log.
        let remark: String

        static func refusal(_ status: Int, _ reason: String) -> Answer {
            Answer(status: status, body: reason + "\n", type: "text/plain; charset=utf-8", remark: reason)
        }
    }

    /// A proof has at most 63 lines; what is large is a note with many signatures.
    static let bodyByteLimit = 256 << 10

    private let witness: Witness
    private let logs: [NoteKey]
    /// Held from the look at what is known until the answer is made.
    private let turn = Mutex(())

    init(_ witness: Witness, logs: [NoteKey]) {
        self.witness = witness
        self.logs = logs
    }

    func answer(to body: Data) -> Answer {
        let request: WitnessRequest
        let checkpoint: Checkpoint
        do throws(LedgerError) {
            request = try WitnessRequest(parsing: body)
            checkpoint = try Checkpoint(parsing: request.note.text)
        } catch { return .refusal(400, error.message) }
        let keys = logs.filter { $0.name == checkpoint.origin }
        guard let first = keys.first else { return .refusal(404, "this witness does not know the log") }
        // A log that changes its key has two for a while: the one that signed is the one that counts.
        let log = keys.first { (try? VerifiedCheckpoint(request.note, by: $0)) != nil } ?? first
        return turn.withLock { _ in
            do throws(LedgerError) {
                let signature = try witness.cosign(request, of: log)
                let line = "— \(signature.name) \(Base64.encode(signature.keyID + signature.bytes))\n"
                return Answer(
                    status: 200, body: line, type: "text/plain; charset=utf-8", remark: "\(checkpoint.origin.debugDescription) \(checkpoint.size)")
            } catch { return Self.refusal(error, of: request, checkpoint) }
        }
    }

    private static func refusal(_ error: LedgerError, of request: WitnessRequest, _ checkpoint: Checkpoint) -> Answer {
        switch error {
        case .witnessKnowsOther(let size):
            Answer(status: 409, body: "\(size)\n", type: "text/x.tlog.size", remark: "known at \(size)")
        case .unsigned, .noteSignature, .wrongOrigin: .refusal(403, error.message)
        case .rollback, .indexOutside: .refusal(400, "the old size is larger than the checkpoint's")
        case .splitView where request.oldSize == checkpoint.size: .refusal(409, "another root of this size was signed before")
        case .splitView, .proofTooShort, .proofTooLong, .rootMismatch, .proofMalformed:
            .refusal(422, "the proof does not lead from the old size to the new")
        // Another process of the same witness is at work; whose files fail, and where, is no stranger's business.
        case .file(.locked): .refusal(503, "the witness is busy")
        default: .refusal(500, "the witness failed")
        }
    }
}
