import Basics
import Cryptography
import Foundation
import Ledger
import Provenance
public import Roster

extension Verifier {
    /// Explains how to verify the signatures and log proofs of `evidence` without hallmark. The keys are those of the verified roster.
    public func explain(_ evidence: Evidence) throws(RosterError) -> Explanation {
        guard let pin else { throw .empty }
        let chain = try RosterChain(roster, pin: pin, channel: channel, remembered: rememberedRosterVersion, now: now)
        let log = chain.newest.logKey.flatMap { try? NoteKey(parsing: $0) }
        var names: [PublicKey: String] = [:]
        for (index, key) in chain.everyKey.enumerated() { names[key] = "\(chain.person(of: key) ?? "nobody")-\(index + 1).pem" }
        var preparation = ExplanationText.opening
        for (key, name) in names.sorted(by: { $0.value < $1.value }) {
            preparation += "cat > \"$work/\(name)\" <<'KEY'\n\(key.pem)KEY\n"
        }
        if let log { preparation += "cat > \"$work/log.pem\" <<'KEY'\n\(log.key.pem)KEY\n" }
        let witnesses = (chain.newest.logPolicy.flatMap { try? LogPolicy(parsing: $0) })?.witnesses ?? []
        for (index, witness) in witnesses.enumerated() {
            preparation += "cat > \"$work/witness-\(index + 1).pem\" <<'KEY'\n\(witness.key.key.pem)KEY\n"
        }
        for certificate in chain.newest.timestampAuthorities {
            let text = Base64.encode(certificate)
            preparation += "base64 -d <<'KEY' | openssl x509 -inform DER >> \"$work/authorities.pem\"\n\(text)\nKEY\n"
        }
        preparation += ExplanationText.functions
        let proofs = try? ProofFile(parsing: evidence.proofs ?? Data())
        let file = Self.quoted(evidence.fileName)
        var checks: [Explanation.Check] = []
        for (number, line) in (evidence.envelopes ?? Data()).split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() where !line.isEmpty
        {
            guard let envelope = try? Envelope(parsing: Data(line)) else {
                checks.append(.init(title: "line \(number + 1) is not an envelope", commands: "false\n"))
                continue
            }
            guard let verified = try? envelope.verified(by: chain.everyKey), let name = names[verified.signer] else {
                checks.append(.init(title: "envelope \(number + 1): no key of the roster made its signature", commands: "false\n"))
                continue
            }
            var commands = "envelope \(file) \(number + 1) \"$work/\(name)\"\n"
            if let log { commands += "logged \(file) \(envelope.digest) \"$work/\(name)\" '\(log.name)'\n" }
            for (index, witness) in witnesses.enumerated() {
                guard let note = proofs?.proofs[envelope.digest]?.note, note.signatures.contains(where: { $0.keyID == witness.key.id }) else {
                    continue
                }
                commands += "witnessed '\(witness.key.name)' \"$work/witness-\(index + 1).pem\"\n"
            }
            if proofs?.timestamps[envelope.digest] != nil { commands += "stamped \(file) \(envelope.digest)\n" }
            let person = chain.person(of: verified.signer) ?? "nobody"
            checks.append(.init(title: "\(verified.statement.predicate.title), signed by \(person)", commands: commands))
            if case .build(let build) = verified.statement.predicate, build.step == .build, evidence.detachedSignature != nil {
                checks.insert(
                    .init(
                        title: "the artifact itself, signed by \(person)",
                        commands: "openssl dgst -sha256 -verify \"$work/\(name)\" -signature \(file)\(Evidence.Sidecar.signature) \(file)\n"), at: 0)
            }
        }
        return Explanation(preparation: preparation, checks: checks)
    }

    /// For a shell, between apostrophes.
    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
