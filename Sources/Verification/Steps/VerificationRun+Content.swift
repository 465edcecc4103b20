import Basics
import Conda
import Cryptography
import Files
import Provenance
import Roster

extension VerificationRun {
    /// 12: what is in the artifact and beside it is what was signed.
    mutating func checkContent() {
        guard let accepted else { return finish(.notChecked(.content, "no statement counts that the content could be compared with")) }
        guard let content else {
            let step =
                contentProblem.map { VerificationStep(.content, failures: [.init(.contentUnsound, $0)]) }
                ?? .notChecked(.content, "the artifact was not opened")
            return finish(step)
        }
        var step = VerificationStep(.content)
        for problem in content.problems { step.fail(.contentUnsound, problem) }
        checkSubdir(content, accepted, &step)
        checkRecipe(content, accepted, &step)
        checkByproducts(accepted, &step)
        if step.failures.isEmpty { step.summary = "\(step.facts.count) things are as signed, among them the recipe" }
        finish(step)
    }

    private func checkSubdir(_ content: ArtifactContent, _ accepted: Accepted, _ step: inout VerificationStep) {
        let signed = Set(accepted.builds.map(\.predicate.parameters.subdir))
        let all = signed.union([content.subdir, evidence.subdir].compactMap(\.self))
        if all.count > 1 {
            step.fail(.subdirMismatch, "the artifact is said to be of \(all.map(\.name).sorted().joined(separator: " and "))")
        } else if let subdir = all.first {
            step.prove("it is of \(subdir)")
        }
    }

    private func checkRecipe(_ content: ArtifactContent, _ accepted: Accepted, _ step: inout VerificationStep) {
        let recipes = Set(accepted.builds.compactMap { $0.predicate.dependencies.only(named: ResourceDescriptor.Name.recipe)?.sha256 })
        if recipes.isEmpty {
            step.fail(.recipeMismatch, "no statement that counts names the recipe")
        } else if let recipe = content.recipeSHA256, recipes == [recipe] {
            step.prove("the embedded recipe is \(recipe), as signed")
        } else {
            step.fail(
                .recipeMismatch, content.recipeSHA256 == nil ? "the artifact holds no recipe" : "the embedded recipe is not the one that was signed")
        }
        let payloads = Set(accepted.builds.compactMap { $0.predicate.dependencies.only(named: ResourceDescriptor.Name.payload)?.sha256 })
        if payloads.isEmpty { return }
        if let payload = content.payloadSHA256, payloads == [payload] {
            step.prove("the payload is the one that was there before the recipe was embedded")
        } else {
            step.fail(.payloadChanged, "the payload is not the one that was there before the recipe was embedded")
        }
    }

    private func checkByproducts(_ accepted: Accepted, _ step: inout VerificationStep) {
        func signed(_ name: String) -> Set<SHA256Digest> { Set(accepted.builds.compactMap { $0.predicate.byproducts.only(named: name)?.sha256 }) }
        let audits = signed(ResourceDescriptor.Name.auditRecord)
        if let record = evidence.auditRecord {
            if audits == [SHA256Digest(of: record)] {
                step.prove("the audit record is the one that was signed")
            } else {
                step.fail(.auditRecordMismatch, "the audit record is not the one that was signed")
            }
        } else {
            step.fail(.auditRecordMissing, "`\(evidence.fileName)\(Sidecar.auditRecord.suffix)` is not there")
        }
        do throws(FileError) {
            let log = try evidence.buildLog.map { path throws(FileError) in try SHA256Digest(ofFile: path) } ?? evidence.buildLogSHA256
            guard let log else { return }
            if signed(ResourceDescriptor.Name.buildLog) == [log] {
                step.prove("the build log is the one that was signed")
            } else {
                step.fail(.buildLogMismatch, "the build log is not the one that was signed")
            }
        } catch { step.fail(.buildLogMismatch, error.message) }
    }

    /// 13: nobody has withdrawn the artifact. An offline proof cannot say what was withdrawn since it was made.
    mutating func checkWithdrawal() {
        guard let chain else { return finish(.notChecked(.withdrawal, "without a roster nobody can withdraw")) }
        var step = VerificationStep(.withdrawal)
        let withdrawals = claims.filter { if case .withdrawal = $0.predicate { !$0.isFaulty } else { false } }
        let core = Set(withdrawals.compactMap { chain.person(of: $0.verified.signer) }).intersection(chain.newest.core.people)
        if core.count >= chain.newest.core.threshold {
            var reasons: [String] = []
            for claim in withdrawals { if case .withdrawal(let withdrawal) = claim.predicate { reasons.append(withdrawal.reason) } }
            step.fail(.withdrawn, "withdrawn by \(core.sorted().joined(separator: ", ")): \(reasons.joined(separator: "; "))")
        } else {
            let threshold = chain.newest.core.threshold
            step.prove("no withdrawal by \(threshold == 1 ? "a core member" : "\(threshold) core members") is among the evidence")
        }
        finish(step)
    }
}
