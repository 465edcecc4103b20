import Basics
import Conda
import Provenance
import Roster

extension VerificationRun {
    /// 8: whoever signed was allowed to sign that, for this package on this platform.
    mutating func checkRoles() {
        readContent()
        guard let chain, let name else { return finish(.notChecked(.roles, "without a roster and a package name nobody has a role")) }
        guard let subdir else { return finish(.notChecked(.roles, "nothing says which platform the artifact is for")) }
        var step = VerificationStep(.roles)
        for index in claims.indices {
            let claim = claims[index]
            let roles = Self.roles(for: claim.predicate, in: chain)
            guard !roles.isEmpty else { continue }
            // The key itself was judged in step 7; here only the person's rights are.
            guard chain.refusal(of: claim.verified.signer, at: claim.time) == nil else { continue }
            let decisions = roles.map { chain.decision(key: claim.verified.signer, role: $0, package: name.package, subdir: subdir, at: claim.time) }
            if let authorisation = decisions.compactMap(\.authorisation).first {
                claims[index].person = authorisation.person
                claims[index].role = authorisation.role
                let reference = authorisation.grant.reference.map { ", by \($0)" } ?? ""
                step.prove("\(claim.title): \(authorisation.person) is \(authorisation.role.rawValue) of `\(name.package)` on \(subdir)\(reference)")
            } else if let refusal = decisions.compactMap(\.refusal).max(by: { $0.name.closeness < $1.name.closeness }) {
                step.fail(.init(refusal.name), "\(claim.title): \(refusal.detail)")
                claims[index].isFaulty = true
            }
            if let id = Self.claimedIdentity(in: claim.predicate), let person = chain.person(of: claim.verified.signer),
                id != HallmarkURI.person(person)
            {
                step.fail(.signerBuilderMismatch, "\(claim.title) says it is by `\(id)`, and \(person) signed it")
                claims[index].isFaulty = true
            }
        }
        if claims.isEmpty { return finish(.notChecked(.roles, "there is no signed statement")) }
        let granted = claims.compactMap { claim in claim.role.flatMap { role in claim.person.map { "\($0) as \(role.rawValue)" } } }
        step.summary = "granted for `\(name.package)` on \(subdir): \(VerificationStep.tally(granted))"
        finish(step)
    }

    /// The roles any one of which suffices for a predicate; none for what needs no role or is not understood.
    private static func roles(for predicate: StatementPredicate, in chain: RosterChain) -> [Role] {
        switch predicate {
        case .build: [.builder]
        case .test: [.tester, .builder]
        case .review: [.reviewer]
        case .publish(let publish): publish.targetChannel == chain.newest.channel ? [.promoter] : [.builder, .promoter]
        case .withdrawal, .unknown: []
        }
    }

    private static func claimedIdentity(in predicate: StatementPredicate) -> String? {
        switch predicate {
        case .build(let build): build.builderID
        case .review(let review): review.verifierID
        default: nil
        }
    }

    private mutating func readContent() {
        guard let inspect = verifier.inspect, sha256 != nil else { return }
        do { content = try inspect(evidence.artifact) } catch { contentProblem = (error as? any Explained)?.message ?? "\(error)" }
    }
}

extension RosterDecision {
    fileprivate var authorisation: Authorisation? { if case .granted(let authorisation) = self { authorisation } else { nil } }
    fileprivate var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }
}

extension RosterDecision.Refusal.Name {
    /// Of several refusals the one that came nearest to a grant says most.
    fileprivate var closeness: Int {
        switch self {
        case .grantExpired: 2
        case .packageNotGranted: 1
        default: 0
        }
    }
}
