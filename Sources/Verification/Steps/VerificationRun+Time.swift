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
            let times = [claim.witnessTime, stampedTime(index, chain, &step)].compactMap(\.self)
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
        finish(step)
    }

    /// What a time-stamping authority of the roster says of the signature; nil where there is no stamp.
    private mutating func stampedTime(_ index: Int, _ chain: RosterChain, _ step: inout VerificationStep) -> Timestamp? {
        let claim = claims[index]
        guard let token = proofs.timestamps[claim.verified.envelope] else { return nil }
        do throws(CryptographyError) {
            let time = try token.verified(of: claim.verified.signature, authorities: chain.newest.timestampAuthorities)
            // A stamp from the future is a clock that nobody should go by.
            guard time <= verifier.now.adding(seconds: 300) else { throw .timestampRefused(reasons: ["it is of \(time), which has not come"]) }
            return time
        } catch {
            step.fail(.timestampInvalid, "\(claim.title): \(error.message)")
            claims[index].isFaulty = true
            return nil
        }
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
