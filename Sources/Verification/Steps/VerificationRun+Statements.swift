import Basics
import Provenance
import Roster

extension VerificationRun {
    /// 6: every statement is about this artifact, by its bytes and then by its name.
    mutating func checkStatements() {
        guard chain != nil else { return finish(.notChecked(.statements, "nothing unverified is read")) }
        guard let sha256 else { return finish(.notChecked(.statements, "the artifact could not be read")) }
        var step = VerificationStep(.statements)
        var matching = 0
        for index in claims.indices {
            let claim = claims[index]
            let subjects = claim.verified.statement.subjects
            if subjects.count != 1 || subjects[0].sha256 != sha256 {
                step.fail(.subjectMismatch, "\(claim.title) is about other bytes")
                claims[index].isFaulty = true
            } else if subjects[0].name != evidence.fileName {
                step.fail(.subjectNameMismatch, "\(claim.title) is about `\(subjects[0].name)`")
                claims[index].isFaulty = true
            } else {
                matching += 1
            }
            if case .unknown(let type, _) = claim.predicate { step.prove("a statement of type `\(type)` is not understood here and does not count") }
        }
        if matching > 0 { step.prove("\(matching) statements are about this artifact's bytes and name") }
        finish(step)
    }

    /// 7: when each was signed, and whether the key was good then.
    mutating func checkTime() {
        guard let chain else { return finish(.notChecked(.time, "without a roster no key is known")) }
        var step = VerificationStep(.time)
        for index in claims.indices {
            let claim = claims[index]
            if case .untrusted = claim.time, chain.newest.policy.requiresTrustedTime {
                step.fail(.noTrustedTime, "nobody but its signer says when \(claim.title) was signed")
                claims[index].isFaulty = true
            }
            if let refusal = chain.refusal(of: claim.verified.signer, at: claim.time) {
                step.fail(.init(refusal.name), "\(claim.title): \(refusal.detail)")
                claims[index].isFaulty = true
            }
        }
        if claims.isEmpty { return finish(.notChecked(.time, "there is no signature to date")) }
        let trusted = claims.filter { if case .trusted = $0.time { true } else { false } }.count
        step.prove(
            trusted == claims.count
                ? "every signature has a trusted time"
                : "\(claims.count - trusted) of \(claims.count) signatures have no trusted time: their keys and grants are judged as of \(verifier.now)"
        )
        finish(step)
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
