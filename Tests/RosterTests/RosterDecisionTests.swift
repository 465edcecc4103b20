import Basics
import Conda
import Cryptography
import Provenance
import Roster
import Testing

@Suite struct RosterDecisionTests {
    private func chain(_ change: (inout RosterDocument) throws -> Void = { _ in }) throws -> (RosterChain, SampleRoster) {
        let sample = try SampleRoster(threshold: 1)
        let first = try SampleRoster.envelope(sample.document, sample.signers("alice"))
        var next = sample.document.successor(issued: SampleRoster.start.adding(seconds: 10_000))
        try change(&next)
        let second = try SampleRoster.envelope(next, sample.signers("carol"))
        return (try RosterChain([first, second], pin: sample.document.digest, now: SampleRoster.start.adding(seconds: 20_000)), sample)
    }

    private func name(_ decision: RosterDecision) -> String {
        switch decision {
        case .granted(let authorisation): "granted to \(authorisation.person)"
        case .refused(let refusal): refusal.name.rawValue
        }
    }

    @Test func `a grant covers its packages, platforms and time, and nothing else`() throws {
        let (chain, sample) = try chain()
        let alice = try #require(sample.keys["alice"]).publicKey
        let soon = SigningTime.trusted(SampleRoster.start.adding(seconds: 15_000))
        func decide(_ role: Role, _ package: String, _ subdir: Subdir = .linux64, _ time: SigningTime? = nil) -> String {
            name(chain.decision(key: alice, role: role, package: package, subdir: subdir, at: time ?? soon))
        }
        #expect(decide(.builder, "qt-main") == "granted to alice")
        #expect(decide(.builder, "qt6-main", .linuxAarch64) == "granted to alice")
        #expect(decide(.builder, "qt-main2") == "package-not-granted")
        #expect(decide(.builder, "xqt6-main") == "package-not-granted")
        #expect(try decide(.builder, "qt-main", Subdir(parsing: "osx-64")) == "package-not-granted")
        #expect(decide(.builder, "qt-main", .noarch) == "package-not-granted")
        #expect(decide(.reviewer, "qt-main") == "role-not-granted")
        #expect(decide(.promoter, "qt-main") == "role-not-granted")
        #expect(decide(.builder, "qt-main", .linux64, .trusted(Timestamp(seconds: 1_819_999_999))) == "granted to alice")
        #expect(decide(.builder, "qt-main", .linux64, .trusted(Timestamp(seconds: 1_820_000_000))) == "grant-expired")
        #expect(decide(.builder, "qt-main", .linux64, .trusted(SampleRoster.start.adding(seconds: -1))) == "unknown-key")
        #expect(decide(.builder, "qt-main", .linux64, .trusted(SampleRoster.end)) == "key-expired")
        #expect(
            try name(chain.decision(key: SigningKey.generate().publicKey, role: .builder, package: "qt-main", subdir: .linux64, at: soon))
                == "unknown-key")
    }

    @Test func `a grant counts when it was in force, not before and not after`() throws {
        let (chain, sample) = try chain { $0.grants = [Grant(person: "dave", role: .builder, packages: ["*"])] }
        let (alice, dave) = (try #require(sample.keys["alice"]).publicKey, try #require(sample.keys["dave"]).publicKey)
        func decide(_ key: PublicKey, _ seconds: Int64) -> String {
            name(
                chain.decision(
                    key: key, role: .builder, package: "qt-main", subdir: .linux64, at: .trusted(SampleRoster.start.adding(seconds: seconds))))
        }
        #expect(decide(alice, 9_999) == "granted to alice")
        #expect(decide(alice, 10_000) == "role-not-granted")
        #expect(decide(dave, 9_999) == "role-not-granted")
        #expect(decide(dave, 10_000) == "granted to dave")
    }

    @Test(arguments: RosterKey.Revocation.Reason.allCases)
    func `a revoked key's older signatures stand by trusted time, and by the signer's word only if it was not stolen`(
        reason: RosterKey.Revocation.Reason
    ) throws {
        let at = SampleRoster.start.adding(seconds: 5_000)
        let (chain, sample) = try chain { document in
            let alice = document.keys.first { $0.person == "alice" }
            if let alice { try document.revoke(alice.key.keyID, at: at, reason: reason) }
        }
        let alice = try #require(sample.keys["alice"]).publicKey
        let now = SampleRoster.start.adding(seconds: 20_000)
        func decide(_ time: SigningTime) -> String {
            name(chain.decision(key: alice, role: .builder, package: "qt-main", subdir: .linux64, at: time))
        }
        #expect(decide(.trusted(at.adding(seconds: -1))) == "granted to alice")
        #expect(decide(.trusted(at)) == "key-revoked")
        #expect(decide(.untrusted(now: now, claim: nil)) == "key-revoked")
        #expect(decide(.untrusted(now: now, claim: at)) == "key-revoked")
        #expect(decide(.untrusted(now: now, claim: at.adding(seconds: -1))) == (reason == .compromised ? "key-revoked" : "granted to alice"))
    }
}
