import Basics
import Conda
import Cryptography
import Files
import Foundation
import Ledger
import Provenance

extension VerificationRun {
    /// 1: what the verifier itself brought along.
    mutating func checkPins() {
        var step = VerificationStep(.pins)
        if let pin = verifier.pin {
            step.prove("the roster is pinned by \(pin)")
        } else {
            step.fail(.rosterUnpinned, "no roster is pinned, so nobody's key can be believed")
        }
        if let channel = verifier.channel { step.prove("the channel is \(channel)") }
        finish(step)
    }

    /// 2: the artifact's name and bytes.
    mutating func checkArtifact() {
        var step = VerificationStep(.artifact)
        do {
            name = try ArtifactName(parsing: evidence.fileName)
        } catch { step.fail(.badFilename, error.message) }
        do throws(FileError) {
            let digest = try SHA256Digest(ofFile: evidence.artifact)
            sha256 = digest
            step.prove("`\(evidence.fileName)` has the SHA-256 \(digest)")
        } catch { step.fail(.artifactUnreadable, error.message) }
        finish(step)
    }

    /// 3: the sidecars, read strictly and up to their limits.
    ///
    /// The two files that several people add lines to are taken line by line: a line that says nothing is set aside, as if it were not there.
    mutating func checkEvidence() {
        var step = VerificationStep(.evidence)
        for problem in evidence.problems { step.fail(.evidenceMalformed, problem) }
        if let claimed = evidence.claimedSHA256, let sha256, claimed != sha256 {
            step.fail(.evidenceMalformed, "the evidence is about other bytes, \(claimed)")
        }
        if let bytes = evidence.envelopes {
            if bytes.count > EnvelopeFile.byteLimit {
                step.fail(.evidenceTooLarge, "the envelopes are larger than \(EnvelopeFile.byteLimit) bytes")
            } else {
                let file = evidence.readEnvelopes ?? EnvelopeFile(parsing: bytes)
                envelopes = file.envelopes
                for line in file.unreadable { step.ignore(.evidenceMalformed, "line \(line.number) of the envelopes: \(line.error.message)") }
                if file.envelopes.isEmpty { step.fail(.evidenceMissing, "there is no envelope") } else { step.prove("\(envelopes.count) envelopes") }
            }
        } else {
            step.fail(.evidenceMissing, "`\(evidence.fileName)\(Sidecar.envelopes.suffix)` is not there")
        }
        if let bytes = evidence.proofs {
            readProofs(bytes, &step)
        }
        finish(step)
    }

    private mutating func readProofs(_ bytes: Data, _ step: inout VerificationStep) {
        guard bytes.count <= ProofFile.byteLimit else {
            return step.fail(.evidenceTooLarge, "the proofs are larger than \(ProofFile.byteLimit) bytes")
        }
        proofs = evidence.readProofs ?? ProofFile(parsing: bytes)
        step.prove("\(proofs.proofs.count) log proofs, \(proofs.timestamps.count) time stamps")
        for line in proofs.unreadable { step.ignore(.evidenceMalformed, "line \(line.number) of the proofs: \(line.reason)") }
        let strangers = proofs.envelopes.subtracting(envelopes.map(\.digest))
        for digest in strangers.sorted(by: { $0.hexadecimal < $1.hexadecimal }) {
            step.ignore(.evidenceMalformed, "a proof of an envelope that is not there: \(digest)")
        }
    }
}
