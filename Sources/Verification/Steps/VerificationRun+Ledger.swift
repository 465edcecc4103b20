import Basics
import Ledger
import Provenance
import Roster

extension VerificationRun {
    /// 9: every signature is in the channel's log.
    mutating func checkLedger() {
        guard let chain else { return finish(.notChecked(.ledger, "without a roster no log is known")) }
        guard let text = chain.newest.logKey else {
            guard proofs.proofs.isEmpty else {
                return finish(.init(.ledger, failures: [.init(.logUnknown, "there are log proofs, and the roster names no log")]))
            }
            return finish(.init(.ledger, outcome: .notRequired, facts: ["the roster names no log"]))
        }
        var step = VerificationStep(.ledger)
        let log: NoteKey
        do { log = try NoteKey(parsing: text) } catch {
            step.fail(.policyInvalid, "the roster's log key: \(error.message)")
            return finish(step)
        }
        for index in claims.indices {
            let claim = claims[index]
            guard let proof = proofs.proofs[claim.verified.envelope] else {
                step.fail(.notLogged, "\(claim.title) has no proof that it is in the log")
                claims[index].isFaulty = true
                continue
            }
            let entry = LedgerEntry(signedDigest: claim.verified.signedDigest, signature: claim.verified.signature, key: claim.verified.signer)
            do throws(LedgerError) {
                let verified = try proof.verify(entry, in: log)
                claims[index].checkpoint = verified
                step.prove("\(claim.title) is entry \(proof.index) of \(verified.checkpoint.size) in `\(log.name)`")
            } catch {
                step.fail(Self.code(of: error), "\(claim.title): \(error.message)")
                claims[index].isFaulty = true
            }
        }
        if claims.isEmpty { return finish(.notChecked(.ledger, "there is no signed statement")) }
        finish(step)
    }

    static func code(of error: LedgerError) -> VerificationFailure.Code {
        switch error {
        case .wrongOrigin: .wrongOrigin
        case .noteMalformed, .noteSignature, .checkpointMalformed, .unsigned, .keyMalformed, .cryptography: .checkpointSignature
        case .entryMalformed: .leafMismatch
        default: .inclusionFailed
        }
    }
}
