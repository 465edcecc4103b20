import Basics
import Ledger
import Provenance
import Roster

extension VerificationRun {
    /// 10: others saw the same log, and it is the log that was seen before.
    mutating func checkWitnesses() {
        guard let chain else { return finish(.notChecked(.witnesses, "without a roster no witness is known")) }
        var step = VerificationStep(.witnesses)
        let heads = distinctHeads
        checkFaces(of: heads, &step)
        guard let text = chain.newest.logPolicy else {
            if chain.newest.policy.maximumCheckpointAge != nil {
                step.fail(.policyInvalid, "the roster limits the age of checkpoints, and names no witness who could date one")
            }
            if step.facts.isEmpty, step.failures.isEmpty { step = .init(.witnesses, outcome: .notRequired, facts: ["the roster names no witnesses"]) }
            return finish(step)
        }
        let policy: LogPolicy
        do throws(LedgerError) {
            policy = try LogPolicy(parsing: text)
            // A policy for another log would count witnesses of something else.
            guard policy.logs.isEmpty || policy.logs.map(\.description) == [chain.newest.logKey] else {
                throw .policyMalformed("it is of another log")
            }
        } catch {
            step.fail(.policyInvalid, "the roster's log policy: \(error.message)")
            return finish(step)
        }
        if heads.isEmpty { return finish(.notChecked(.witnesses, "there is no checkpoint to be witnessed")) }
        count(heads, policy, chain.newest.policy, &step)
        finish(step)
    }

    private var distinctHeads: [VerifiedCheckpoint] {
        var heads: [VerifiedCheckpoint] = []
        for head in claims.flatMap(\.checkpoints) where !heads.contains(head) { heads.append(head) }
        return heads.sorted { $0.checkpoint.size < $1.checkpoint.size }
    }

    /// Counts the witnesses of each head, and dates the claims whose proofs lead to one that enough of them saw.
    ///
    /// Anybody can take signatures away from a checkpoint, so a head without its quorum harms only a claim that has no other.
    private mutating func count(_ heads: [VerifiedCheckpoint], _ policy: LogPolicy, _ rules: RosterPolicy, _ step: inout VerificationStep) {
        var testimonies: [VerifiedCheckpoint: LogPolicy.Testimony] = [:]
        var problems: [VerifiedCheckpoint: VerificationFailure] = [:]
        for head in heads {
            do throws(Doubt) {
                testimonies[head] = try Self.testimony(of: head, policy, rules, now: verifier.now)
            } catch { problems[head] = error.failure }
        }
        for (head, testimony) in testimonies.sorted(by: { $0.key.checkpoint.size < $1.key.checkpoint.size }) {
            let names = testimony.times.keys.sorted().joined(separator: ", ")
            if let time = testimony.time {
                step.prove("the checkpoint at \(head.checkpoint.size) was witnessed by \(names), by \(time)")
            } else {
                step.prove("the policy asks for no witness of the checkpoint at \(head.checkpoint.size)")
            }
        }
        for index in claims.indices where !claims[index].checkpoints.isEmpty {
            let good = claims[index].checkpoints.compactMap { testimonies[$0] }
            claims[index].witnessTime = good.compactMap(\.time).min()
            claims[index].isFaulty = claims[index].isFaulty || good.isEmpty
        }
        for head in heads {
            guard let problem = problems[head] else { continue }
            let isNeeded = claims.contains { $0.checkpoints.contains(head) && $0.checkpoints.allSatisfy { problems[$0] != nil } }
            if isNeeded { step.fail(problem.code, problem.detail) } else { step.ignore(problem.code, problem.detail) }
        }
    }

    /// Why a head proves nothing.
    private struct Doubt: Error {
        let failure: VerificationFailure
        init(_ code: VerificationFailure.Code, _ detail: String) { failure = .init(code, detail) }
    }

    private static func testimony(
        of head: VerifiedCheckpoint, _ policy: LogPolicy, _ rules: RosterPolicy, now: Timestamp
    ) throws(Doubt) -> LogPolicy.Testimony {
        let size = head.checkpoint.size
        let testimony: LogPolicy.Testimony
        do throws(LedgerError) { testimony = try policy.testimony(of: head.note) } catch {
            throw Doubt(.checkpointSignature, "the checkpoint at \(size): \(error.message)")
        }
        guard testimony.isQuorumMet else {
            let names = testimony.times.keys.sorted().joined(separator: ", ")
            throw Doubt(.witnessQuorum, "the checkpoint at \(size) was witnessed by \(names.isEmpty ? "nobody" : names), which is not enough")
        }
        if let limit = rules.maximumCheckpointAge {
            guard let time = testimony.time, now.seconds - time.seconds <= limit else {
                throw Doubt(.checkpointTooOld, "the checkpoint at \(size) is older than \(limit) seconds")
            }
        }
        return testimony
    }

    /// Holds the evidence's checkpoints against each other, the remembered one and the log itself.
    private func checkFaces(of heads: [VerifiedCheckpoint], _ step: inout VerificationStep) {
        guard let key = chain?.newest.logKey.flatMap({ try? NoteKey(parsing: $0) }) else { return }
        var known: [VerifiedCheckpoint] = []
        var log: LogSnapshot?
        if let note = verifier.rememberedCheckpoint {
            do throws(LedgerError) { known.append(try VerifiedCheckpoint(note, by: key)) } catch {
                step.fail(.policyInvalid, "the remembered checkpoint: \(error.message)")
            }
        }
        if let folder = verifier.log {
            do throws(LedgerError) {
                let snapshot = try folder.snapshot()
                let newest = snapshot.head
                log = snapshot
                if let remembered = known.first, newest.checkpoint.size < remembered.checkpoint.size {
                    step.fail(
                        .logRollback, "the log had \(remembered.checkpoint.size) entries when it was last seen, and has \(newest.checkpoint.size) now"
                    )
                }
                known.append(newest)
            } catch { step.fail(Self.code(of: error), "the log: \(error.message)") }
        }
        var compared = 0
        for (index, one) in (known + heads).enumerated() {
            for other in (known + heads)[(index + 1)...] where one.checkpoint != other.checkpoint {
                guard one.checkpoint.size == other.checkpoint.size || log != nil else { continue }
                do throws(LedgerError) {
                    try CheckpointMemory.compare(one, other) { from, to throws(LedgerError) in
                        guard let log else { throw .notInLog }
                        return try log.proveConsistency(from: from, to: to)
                    }
                    compared += 1
                } catch {
                    let code: VerificationFailure.Code
                    switch error {
                    case .splitView: code = .logSplitView
                    case .indexOutside: code = .logRollback
                    default: code = Self.code(of: error)
                    }
                    step.fail(code, error.message)
                }
            }
        }
        if compared > 0 {
            step.prove(
                compared == 1
                    ? "two of the log's checkpoints are of one growing log" : "\(compared) pairs of the log's checkpoints are of one growing log")
        }
        if verifier.log == nil, let remembered = known.first, heads.contains(where: { $0.checkpoint.size != remembered.checkpoint.size }) {
            step.prove("without the log itself, checkpoints of other sizes than the remembered \(remembered.checkpoint.size) were not compared")
        }
    }
}
