import Basics
import Conda
import Cryptography
import Provenance
import Roster

extension VerificationRun {
    /// 5: every envelope's signature, and the detached one, against the roster's keys and no others.
    ///
    /// An envelope that no key of the roster signed can be anybody's, whatever key it names: it is set aside and counted. To leave out what does not
    /// count can only take a yes away. What a key of the roster did sign, and cannot be read, is that person's doing and stays a no.
    mutating func checkSignatures() {
        guard let chain else { return finish(.notChecked(.signatures, "without a roster no key is known")) }
        var step = VerificationStep(.signatures)
        let keys = chain.everyKey
        for envelope in envelopes {
            do throws(ProvenanceError) {
                take(try envelope.verified(by: keys), chain, &step)
            } catch {
                let detail = "envelope \(envelope.digest.hexadecimal.prefix(12)): \(error.message)"
                if error.isBySigner { step.fail(Self.code(of: error), detail) } else { step.ignore(Self.code(of: error), detail) }
            }
        }
        // Where nothing counts, what was set aside is the reason.
        if claims.isEmpty { for one in step.ignored { step.fail(one.code, one.detail) } }
        checkDetachedSignature(&step, keys, chain)
        step.summary = "\(claims.count) statements: \(VerificationStep.tally(claims.map { chain.person(of: $0.verified.signer) ?? "nobody" }))"
        if step.failures.isEmpty { step.summary? += "; and the artifact itself" }
        finish(step)
    }

    /// Makes a claim of a verified statement, or another spelling of a claim that is there: the same words of the same person count once.
    private mutating func take(_ verified: VerifiedStatement, _ chain: RosterChain, _ step: inout VerificationStep) {
        if let index = claims.firstIndex(where: { $0.verified.signer == verified.signer && $0.verified.signedDigest == verified.signedDigest }) {
            claims[index].spellings.append(verified)
            return
        }
        claims.append(Claim(verified, time: .untrusted(now: verifier.now, claim: verified.statement.claimedTime)))
        let person = chain.person(of: verified.signer) ?? "nobody"
        step.prove("\(verified.statement.predicate.title): signed by \(person) with `\(verified.signer)`")
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
            return step.fail(.detachedSignatureMissing, "`\(evidence.fileName)\(Sidecar.signature.suffix)` is not there")
        }
        // By the digest of step 2: every step judges the bytes that were read once, whatever the file is by now.
        guard let sha256 else { return }
        let makers = claims.compactMap { claim in
            if case .build = claim.predicate, claim.isAbout(sha256) { claim.verified.signer } else { nil }
        }
        for key in Set(makers) where key.verifies(detached: signature, ofFileDigest: sha256) {
            return step.prove(
                "`\(evidence.fileName)\(Sidecar.signature.suffix)` is \(chain.person(of: key) ?? "nobody")'s, over the artifact's bytes")
        }
        step.fail(.badDetachedSignature, "`\(evidence.fileName)\(Sidecar.signature.suffix)` is not the builder's signature over these bytes")
    }
}

extension ProvenanceError {
    /// Whether a signature was good and what was signed is at fault, which is nobody's doing but the signer's.
    fileprivate var isBySigner: Bool {
        switch self {
        case .statementMalformed, .predicateMalformed, .wrongStatementType: true
        default: false
        }
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
