import Basics
import Ledger
import Provenance
import Roster

extension VerificationRun {
    /// 9: every signature is in the channel's log.
    mutating func checkLedger() {
        guard let chain else { return finish(.notChecked(.ledger, "without a roster no log is known")) }
        guard let text = chain.newest.logKey else {
            guard proofs.entries.allSatisfy({ $0.proof == nil }) else {
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
        var heads = VerifiedHeads(log)
        for index in claims.indices {
            let problems = findProofs(of: index, in: &heads, &step)
            guard claims[index].checkpoints.isEmpty else {
                for problem in problems { step.ignore(problem.code, problem.detail) }
                continue
            }
            claims[index].isFaulty = true
            for problem in problems { step.fail(problem.code, problem.detail) }
            if problems.isEmpty { step.fail(.notLogged, "\(claims[index].title) has no proof that it is in the log") }
        }
        if claims.isEmpty { return finish(.notChecked(.ledger, "there is no signed statement")) }
        step.summary = "\(claims.filter { !$0.checkpoints.isEmpty }.count) of \(claims.count) statements are entries of `\(log.name)`"
        finish(step)
    }

    /// Tries every proof of every spelling of a claim, and keeps the spelling and the log's heads of those that hold.
    ///
    /// Returns what is wrong with the others: one good proof is enough, however many bad ones lie beside it.
    private mutating func findProofs(
        of index: Int, in heads: inout VerifiedHeads, _ step: inout VerificationStep
    ) -> [VerificationFailure] {
        var problems: [VerificationFailure] = []
        let claim = claims[index]
        for spelling in claim.spellings {
            let entry = LedgerEntry(signedDigest: spelling.signedDigest, signature: spelling.signature, key: spelling.signer)
            for proof in proofs.proofs(of: spelling.envelope) {
                do throws(LedgerError) {
                    let verified = try proof.verify(entry, in: &heads)
                    if claims[index].checkpoints.isEmpty {
                        claims[index].verified = spelling
                        step.prove("\(claims[index].title) is entry \(proof.index) of \(verified.checkpoint.size) in `\(heads.log.name)`")
                    }
                    if !claims[index].checkpoints.contains(verified) { claims[index].checkpoints.append(verified) }
                } catch { problems.append(.init(Self.code(of: error), "\(claim.title): \(error.message)")) }
            }
        }
        return problems
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
