import Basics
import Cryptography
import Provenance
import Roster

extension VerificationRun {
    /// 5: every envelope's signature, and the detached one, against the roster's keys and no others.
    mutating func checkSignatures() {
        guard let chain else { return finish(.notChecked(.signatures, "without a roster no key is known")) }
        var step = VerificationStep(.signatures)
        let keys = chain.everyKey
        for envelope in envelopes {
            do throws(ProvenanceError) {
                let verified = try envelope.verified(by: keys)
                claims.append(Claim(verified: verified, time: .untrusted(now: verifier.now, claim: verified.statement.claimedTime)))
                let person = chain.person(of: verified.signer) ?? "nobody"
                step.prove("\(verified.statement.predicate.title): signed by \(person) with `\(verified.signer)`")
            } catch { step.fail(Self.code(of: error), "envelope \(envelope.digest.hexadecimal.prefix(12)): \(error.message)") }
        }
        checkDetachedSignature(&step, keys, chain)
        finish(step)
    }

    private static func code(of error: ProvenanceError) -> VerificationFailure.Code {
        switch error {
        case .envelopeMalformed, .notSigned: .evidenceMalformed
        case .signatureCount: .signatureCount
        case .wrongPayloadType: .wrongPayloadType
        case .unknownKey: .unknownKey
        case .badSignature: .badSignature
        case .keyHintMismatch: .keyHintMismatch
        case .statementMalformed, .predicateMalformed: .statementMalformed
        case .wrongStatementType: .wrongStatementType
        }
    }

    /// The plain signature of the artifact must be by a key that also signed how it was built: a signature by somebody else proves nothing of the maker.
    private func checkDetachedSignature(_ step: inout VerificationStep, _ keys: [PublicKey], _ chain: RosterChain) {
        guard let signature = evidence.detachedSignature else {
            return step.fail(.detachedSignatureMissing, "`\(evidence.fileName)\(Evidence.Sidecar.signature)` is not there")
        }
        let makers = claims.compactMap { claim in
            if case .build = claim.predicate { claim.verified.signer } else { nil }
        }
        // By the digest of step 2: every step judges the bytes that were read once, whatever the file is by now.
        guard let sha256 else { return }
        for key in Set(makers) where key.verifies(signature: signature, ofDigest: sha256) {
            return step.prove(
                "`\(evidence.fileName)\(Evidence.Sidecar.signature)` is \(chain.person(of: key) ?? "nobody")'s, over the artifact's bytes")
        }
        step.fail(.badDetachedSignature, "`\(evidence.fileName)\(Evidence.Sidecar.signature)` is not the builder's signature over these bytes")
    }
}

extension Statement {
    /// The signer's own word for when he signed.
    var claimedTime: Timestamp? {
        switch predicate {
        case .build(let build): build.finishedOn
        case .review(let review): review.timeVerified
        default: nil
        }
    }
}
