import Basics
import Conda
import Provenance
import Roster

extension VerificationRun {
    /// 11: the policy's rules over the claims that no step has faulted. A claim that is missing can refuse, one that is added cannot accept more.
    mutating func checkRules() {
        guard let chain else { return finish(.notChecked(.rules, "without a roster there is no policy")) }
        var step = VerificationStep(.rules)
        var accepted = Accepted()
        for claim in claims where !claim.isFaulty {
            switch claim.predicate {
            case .build(let build): accepted.builds.append((claim, build))
            case .test(let test): accepted.tests.append((claim, test))
            case .review(let review): accepted.reviews.append((claim, review))
            case .publish(let publish): accepted.publications.append((claim, publish))
            case .withdrawal, .unknown: break
            }
        }
        checkBuilds(accepted, chain.newest.policy, &step)
        checkTests(accepted, chain.newest.policy, &step)
        checkPublications(accepted, &step)
        checkReviews(&accepted, chain, &step)
        self.accepted = accepted
        func list(_ people: [String]) -> String { people.isEmpty ? "nobody" : people.joined(separator: ", ") }
        let cells = Set(accepted.tests.filter { $0.predicate.result == .passed }.map(\.predicate.cell)).count
        step.summary = "built by \(list(accepted.builders)), tested on \(cells) systems, reviewed by \(list(accepted.reviewers))"
        finish(step)
    }

    private func checkBuilds(_ accepted: Accepted, _ policy: RosterPolicy, _ step: inout VerificationStep) {
        let builds = accepted.builds.filter { $0.predicate.step == .build }
        if builds.isEmpty { step.fail(.missingBuild, "no builder's word on how the artifact was built counts") }
        for (claim, build) in builds {
            let image = build.dependencies.only(named: ResourceDescriptor.Name.image)
            checkImage(image, of: claim, policy, &step)
            let person = claim.person ?? "nobody"
            let commit = build.parameters.commit.map { " at \($0.prefix(12))" } ?? ""
            step.prove("built by \(person) from `\(build.parameters.feedstock)`\(commit), finished \(build.finishedOn)")
        }
    }

    private func checkImage(_ image: ResourceDescriptor?, of claim: Claim, _ policy: RosterPolicy, _ step: inout VerificationStep) {
        guard let digest = image?.sha256 else {
            return step.fail(.imageNotAllowed, of: "unnamed", "\(claim.title) names no image by its digest")
        }
        if let images = policy.images, !images.contains(digest) {
            step.fail(.imageNotAllowed, of: digest.hexadecimal, "\(claim.title) used an image that the roster does not allow")
        }
    }

    private func checkTests(_ accepted: Accepted, _ policy: RosterPolicy, _ step: inout VerificationStep) {
        for (claim, test) in accepted.tests where test.result == .failed {
            step.fail(.testFailed, of: test.cell, "\(claim.title) ended as `\(test.outcome)`" + (test.reason.map { ": \($0)" } ?? ""))
        }
        for (claim, test) in accepted.tests where test.result == .passed { checkImage(test.image, of: claim, policy, &step) }
        for (cell, outcome) in policy.cells.sorted(by: { $0.key < $1.key }) {
            let tests = accepted.tests.filter { $0.predicate.cell == cell && $0.predicate.result == .passed }
            if tests.isEmpty {
                guard !accepted.tests.contains(where: { $0.predicate.cell == cell && $0.predicate.result == .failed }) else { continue }
                step.fail(.missingTest, of: cell, "no test on `\(cell)` counts")
            } else if !tests.contains(where: { $0.predicate.outcome == outcome }) {
                step.fail(.testFailed, of: cell, "`\(cell)` must be `\(outcome)`, and was `\(tests[0].predicate.outcome)`")
            }
        }
        let passed = accepted.tests.filter { $0.predicate.result == .passed }
        if policy.cells.isEmpty, !passed.contains(where: { $0.predicate.outcome == "passed" }) {
            step.fail(.missingTest, "no cell of the matrix counts as passed")
        }
        let cells = passed.map { "\($0.predicate.cell) \($0.predicate.outcome)" }.sorted()
        if !cells.isEmpty { step.prove("tested: " + cells.joined(separator: ", ")) }
    }

    private func checkPublications(_ accepted: Accepted, _ step: inout VerificationStep) {
        for (claim, publish) in accepted.publications {
            step.prove("meant for \(publish.targetChannel ?? "no channel") by \(claim.person ?? "nobody")")
            if claim.role == .promoter, let person = claim.person, accepted.builders.contains(person) {
                step.fail(.selfPromotion, "\(person) built the artifact and promotes it")
            }
        }
        guard let target else { return }
        guard !accepted.publications.contains(where: { $0.predicate.targetChannel == target.url }) else { return }
        if accepted.publications.isEmpty {
            step.fail(.missingPublish, "nobody who may says that the artifact is meant for \(target.url)")
        } else {
            step.fail(.wrongTargetChannel, "the artifact is not meant for \(target.url)")
        }
    }
}
