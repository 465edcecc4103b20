import Basics
import Conda
import Cryptography
import Foundation
import Ledger
import Provenance
import Roster

extension Verifier {
    /// Explains how to verify without hallmark what counts in `evidence`: the roster's chain, and every signature, log proof, witness and time stamp.
    ///
    /// What does not count is named in a comment; for what should and does not hold, the script fails. `rosterFolder` is where the script looks for the
    /// roster's versions when `HALLMARK_ROSTER` does not say.
    public func explain(_ evidence: Evidence, rosterFolder: String = "roster") throws(VerificationError) -> Explanation {
        var run = VerificationRun(verifier: self, evidence: evidence, profile: .build, target: nil)
        run.checkPins()
        run.checkArtifact()
        run.checkEvidence()
        run.checkRoster()
        guard let chain = run.chain, let pin else { throw .noRoster(run.steps.flatMap(\.failures).map(\.description)) }
        run.checkSignatures()
        run.checkStatements()
        run.checkLedger()
        run.checkWitnesses()
        let file = Self.quoted(evidence.fileName)
        var checks = chain.versions.map { Explanation.Check(title: "version \($0.version) of the roster", commands: "version \($0.version)\n") }
        for claim in run.claims {
            guard case .build(let build) = claim.predicate, build.step == .build, evidence.detachedSignature != nil else { continue }
            let person = chain.person(of: claim.verified.signer) ?? "nobody"
            checks.append(.init(title: "the artifact itself, signed by \(person)", commands: "artifact \(file) \(claim.verified.signer.keyID)\n"))
        }
        for claim in run.claims { checks.append(check(claim, of: evidence, named: file, chain)) }
        if run.claims.isEmpty { checks.append(.init(title: "no envelope counts", commands: "false\n")) }
        for ignored in run.steps.flatMap(\.ignored) { checks.append(.init(title: "does not count: \(ignored)", commands: "")) }
        return Explanation(
            preparation: ExplanationText.opening
                + "roster=${HALLMARK_ROSTER:-}\n[ -n \"$roster\" ] || roster=\(Self.quoted(rosterFolder))\npin=\(pin)\nnewest=$work/version-\(chain.newest.version).json\n"
                + ExplanationText.functions,
            checks: checks)
    }

    private func check(_ claim: VerificationRun.Claim, of evidence: Evidence, named file: String, _ chain: RosterChain) -> Explanation.Check {
        let lines = Self.lines(of: evidence.envelopes)
        let number = lines.first { (try? Envelope(parsing: $0.line))?.digest == claim.verified.envelope }?.number ?? 0
        let title = "\(claim.predicate.title), signed by \(chain.person(of: claim.verified.signer) ?? "nobody")"
        var commands = "envelope \(file) \(number) \(claim.verified.signer.keyID)\n"
        let entries = Self.lines(of: evidence.proofs).compactMap { line in
            (try? ProofEntry(parsing: line.line)).flatMap { claim.verified.envelope == $0.envelope ? (number: line.number, entry: $0) : nil }
        }
        if chain.newest.logKey != nil {
            let policy = chain.newest.logPolicy.flatMap { try? LogPolicy(parsing: $0) }
            // The head that most witnesses saw shows most.
            func witnesses(_ note: SignedNote) -> [String] { ((try? policy?.testimony(of: note))?.times.keys.sorted()) ?? [] }
            let proofs = entries.filter { entry in claim.checkpoints.contains { $0.note == entry.entry.proof?.note } }
            if let best = proofs.max(by: { witnesses($0.entry.note).count < witnesses($1.entry.note).count }) {
                commands += "logged \(file) \(best.number)\n" + witnesses(best.entry.note).map { "witnessed \(Self.quoted($0))\n" }.joined()
            } else {
                commands += "false  # it has no proof that it is in the log\n"
            }
        }
        for entry in entries {
            guard let stamp = entry.entry.timestamp,
                (try? stamp.verified(of: claim.verified.signature, authorities: chain.newest.timestampAuthorities)) != nil
            else { continue }
            commands += "stamped \(file) \(entry.number)\n"
        }
        return .init(title: title, commands: commands)
    }

    private static func lines(of file: Data?) -> [(number: Int, line: Data)] {
        (file ?? Data()).split(separator: 0x0A, omittingEmptySubsequences: false).enumerated().map { ($0.offset + 1, Data($0.element)) }
    }

    /// For a shell, between apostrophes.
    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

extension ProofEntry {
    fileprivate var note: SignedNote { proof?.note ?? SignedNote(text: "", signatures: []) }
}
