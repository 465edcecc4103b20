import Basics
import Cryptography
import Provenance
import Roster

extension VerificationRun {
    /// 7: when each was signed, by somebody else's word where there is one, and whether the key was good then.
    mutating func checkTime() {
        guard let chain else { return finish(.notChecked(.time, "without a roster no key is known")) }
        if claims.isEmpty { return finish(.notChecked(.time, "there is no signature to date")) }
        var step = VerificationStep(.time)
        var undated = 0
        for index in claims.indices {
            let claim = claims[index]
            // The earliest time counts: the signature existed then, whoever says so.
            let times = [claim.witnessTime].compactMap(\.self) + stampedTimes(claim, chain, &step)
            if let time = times.min() {
                claims[index].time = .trusted(time)
                step.prove("\(claim.title) existed by \(time)")
            } else {
                undated += 1
                if chain.newest.policy.requiresTrustedTime {
                    step.fail(.noTrustedTime, "nobody but its signer says when \(claim.title) was signed")
                    claims[index].isFaulty = true
                }
            }
            if let refusal = chain.refusal(of: claim.verified.signer, at: claims[index].time) {
                step.fail(.init(refusal.name), "\(claim.title): \(refusal.detail)")
                claims[index].isFaulty = true
            }
        }
        if undated > 0 {
            step.prove("\(undated) of \(claims.count) signatures have no trusted time: their keys and grants are judged as of \(verifier.now)")
        }
        let times = claims.compactMap { claim in if case .trusted(let time) = claim.time { time } else { nil } }
        if let first = times.min(), let last = times.max() {
            step.summary = "\(times.count) of \(claims.count) signatures existed by " + (first == last ? "\(last)" : "\(first) to \(last)")
        }
        finish(step)
    }

    /// What time-stamping authorities of the roster say of the signature, in any of its spellings; a stamp that is no good is as if it were not there.
    private func stampedTimes(_ claim: Claim, _ chain: RosterChain, _ step: inout VerificationStep) -> [Timestamp] {
        var times: [Timestamp] = []
        for spelling in claim.spellings {
            for token in proofs.timestamps(of: spelling.envelope) {
                do throws(CryptographyError) {
                    let time = try token.verified(of: spelling.signature, authorities: chain.newest.timestampAuthorities)
                    // A stamp from the future is a clock that nobody should go by.
                    guard time <= verifier.now.adding(seconds: 300) else {
                        throw .timestampRefused(reasons: ["it is of \(time), which has not come"])
                    }
                    times.append(time)
                } catch { step.ignore(.timestampInvalid, "\(claim.title): \(error.message)") }
            }
        }
        return times
    }
}

extension VerificationFailure.Code {
    init(_ name: RosterDecision.Refusal.Name) {
        self =
            switch name {
            case .unknownKey: .unknownKey
            case .keyNotYetValid: .keyNotYetValid
            case .keyExpired: .keyExpired
            case .keyRevoked: .keyRevoked
            case .roleNotGranted: .roleNotGranted
            case .packageNotGranted: .packageNotGranted
            case .grantExpired: .grantExpired
            }
    }
}
