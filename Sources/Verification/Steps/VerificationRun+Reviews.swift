import Basics
import Conda
import Provenance
import Roster

extension VerificationRun {
    /// The reviews' part of step 11: enough other people have accepted exactly what is there.
    ///
    /// A review that does not count (any more) stands in nobody's way once enough others do: it can always be done again. A refusal, a review
    /// by the builder, and one that saw what is gone stay a no.
    mutating func checkReviews(_ accepted: inout Accepted, _ chain: RosterChain, _ step: inout VerificationStep) {
        let policy = chain.newest.policy
        let present = Set(envelopes.map(\.digest))
        var reviewers: Set<String> = []
        var uncounted: [VerificationFailure] = []
        for (claim, review) in accepted.reviews {
            guard let person = claim.person else { continue }
            if accepted.builders.contains(person) {
                step.fail(.selfReview, "\(person) built the artifact and reviewed it")
            } else if !review.accepted {
                step.fail(.reviewRejected, "\(person) refused the artifact" + (review.remarks.map { ": \($0)" } ?? ""))
            } else if let reason = reasonOfElsewhere(review, by: person, chain) {
                uncounted.append(reason)
            } else if let lost = review.inputAttestations.first(where: { !present.contains($0) }) {
                step.fail(.evidenceMissing, of: String(lost.hexadecimal.prefix(12)), "\(person) has seen an envelope that is not here")
            } else if let reason = reasonOfLess(review, by: person, accepted, chain) {
                uncounted.append(reason)
            } else {
                reviewers.insert(person)
                step.prove("reviewed by \(person) on \(review.timeVerified), all \(accepted.reviewable.count) builds and tests")
            }
        }
        accepted.reviewers = reviewers.sorted()
        areReviewsComplete = reviewers.count >= policy.reviews
        let isMissing = !areReviewsComplete && profile == .release
        for reason in uncounted { if isMissing { step.fail(reason.code, reason.detail) } else { step.ignore(reason.code, reason.detail) } }
        if areReviewsComplete { return }
        let sentence = "\(reviewers.count) of \(policy.reviews) reviews by other people than the builder"
        if isMissing { step.fail(.reviewThreshold, sentence) } else { step.prove("waits for its review: \(sentence)") }
    }

    /// Why a review was of something else: it may have been brought here by anybody.
    private func reasonOfElsewhere(_ review: VerificationSummary, by person: String, _ chain: RosterChain) -> VerificationFailure? {
        if !chain.versions.contains(where: { $0.digest == review.policy }) {
            return .init(.reviewPolicyUnknown, "\(person) reviewed by a roster that is not of this chain")
        }
        if let name, let subdir, review.resourceURI != PackageURL.of(name, subdir: subdir) {
            return .init(.subjectNameMismatch, "\(person) reviewed `\(review.resourceURI)`")
        }
        return nil
    }

    /// Why a review is less than what is asked.
    private func reasonOfLess(
        _ review: VerificationSummary, by person: String, _ accepted: Accepted, _ chain: RosterChain
    ) -> VerificationFailure? {
        let seen = Set(review.inputAttestations)
        // Another spelling of what the reviewer saw says nothing that he has not seen.
        if accepted.reviewable.contains(where: { $0.envelopes.isDisjoint(with: seen) }) {
            return .init(.reviewStale, "\(person) has not seen all of the builds and tests that are there now")
        }
        let organisations = Set(accepted.builders.compactMap { chain.newest.people[$0]?.organisation })
        if chain.newest.policy.distinctOrganisations, let organisation = chain.newest.people[person]?.organisation,
            organisations.contains(organisation)
        {
            return .init(.reviewThreshold, "\(person) is of the builder's own organisation")
        }
        return nil
    }
}
