import Basics
import Conda
import Cryptography
import Files
import Foundation
import Ledger
import Provenance
import Roster
import SystemPackage
import Testing
import Verification

/// The stories of `docs/threats.md`, one a test, each with the names that it ends with.
@Suite struct ScenarioTests {
    /// A witnessed release by alice, reviewed and promoted by bob; `change` comes before anything is written.
    private func names(witnessedAt seconds: Int64, _ change: (inout World) throws -> Void = { _ in }) throws -> [String] {
        try World.failures(target: .main) { world in
            try world.requireWitness()
            world.witnessTime = World.start.adding(seconds: seconds)
            try world.completeRelease()
            try change(&world)
        }
    }

    private func revoke(_ world: inout World, _ reason: RosterKey.Revocation.Reason, at seconds: Int64) throws {
        let alice = try world.signer("alice").publicKey.keyID
        try world.amend(after: 900_000) { try $0.revoke(alice, at: World.start.adding(seconds: seconds), reason: reason) }
    }

    @Test func `stolen token: whoever can write beside an artifact, and has nobody's key, can replace nothing`() throws {
        try TemporaryDirectory.withSync { folder in
            var world = try World(in: folder)
            try world.completeRelease()
            try world.write()
            let good = try world.artifact.contents()
            try world.artifact.replaceContents(with: good + [0])
            let replaced = try world.verdict(.release, target: .main)
            #expect(Set(replaced.failures.map(\.name)).isSuperset(of: ["subject-mismatch", "bad-detached-signature", "missing-build"]))
            // With signatures of the thief's own it is no better.
            world.keys["thief"] = try SigningKey.generate()
            try world.signArtifact(by: "thief")
            world.envelopes = EnvelopeFile()
            for predicate in [try world.build(), try world.build(step: .embed), world.test(), world.test("alpine", "uninstallable")] {
                try world.sign(predicate, by: "thief")
            }
            try world.sign(try world.review(), by: "thief")
            try world.sign(try world.publish(.main), by: "thief")
            try world.write()
            let forged = try world.verdict(.release, target: .main)
            #expect(Set(forged.failures.map(\.name)).isSuperset(of: ["unknown-key", "bad-detached-signature"]))
            #expect(!forged.accepted && forged.builders.isEmpty)
        }
    }

    @Test func `revoked key, before: what was seen before the theft stands`() throws {
        for reason in RosterKey.Revocation.Reason.allCases {
            #expect(try names(witnessedAt: 5000) { try revoke(&$0, reason, at: 6000) }.isEmpty, "\(reason)")
        }
    }

    @Test func `revoked key, after: what was first seen after the theft is refused`() throws {
        for reason in RosterKey.Revocation.Reason.allCases {
            let names = try names(witnessedAt: 7000) { try revoke(&$0, reason, at: 6000) }
            #expect(Set(names).isSuperset(of: ["key-revoked", "missing-build"]), "\(reason)")
        }
    }

    @Test func `revoked key, without a trusted time: a stolen key's word about the date is worth nothing`() throws {
        func names(_ reason: RosterKey.Revocation.Reason) throws -> [String] {
            try World.failures(.build) { world in
                try world.completeBuild()
                try revoke(&world, reason, at: 500_000)
            }
        }
        #expect(try names(.compromised).contains("key-revoked"))
        // A test says no time of its own, so it does not stand even when its key was only replaced.
        #expect(try names(.superseded) == ["key-revoked", "key-revoked", "missing-test:debian12"])
    }

    @Test func `grant for another package: the builder of one package builds no other`() throws {
        let names = try World.failures(.build, changing: { $0.grants[0].packages = ["qt6-main"] }) { try $0.completeBuild() }
        #expect(names.contains("package-not-granted") && names.contains("missing-build"))
        let platform = try World.failures(.build, changing: { $0.grants[0].subdirs = ["osx-*"] }) { try $0.completeBuild() }
        #expect(platform.contains("package-not-granted") && platform.contains("missing-build"))
    }

    @Test func `expired grant: what was signed after its end does not count, and what was seen before does`() throws {
        let untimed = try World.failures(.build, changing: { $0.grants[0].until = World.start.adding(seconds: 5) }) { try $0.completeBuild() }
        #expect(untimed.contains("grant-expired") && untimed.contains("missing-build"))
        func names(witnessedAt seconds: Int64) throws -> [String] {
            try World.failures(changing: { $0.grants[0].until = World.start.adding(seconds: 6000) }) { world in
                try world.requireWitness()
                world.witnessTime = World.start.adding(seconds: seconds)
                try world.completeRelease()
            }
        }
        #expect(try names(witnessedAt: 5000).isEmpty)
        #expect(try Set(names(witnessedAt: 7000)).isSuperset(of: ["grant-expired", "missing-build"]))
    }

    @Test func `self review: a builder with a reviewer's grant does not review himself`() throws {
        let names = try World.failures(changing: { $0.grants.append(Grant(person: "alice", role: .reviewer, packages: ["*"])) }) { world in
            try world.completeBuild()
            try world.sign(try world.review(by: "alice"), by: "alice")
        }
        #expect(names == ["self-review", "review-threshold"])
    }

    @Test func `stale review: evidence that came after the review needs another`() throws {
        func names(_ profile: VerificationProfile, isReviewedAgain: Bool) throws -> [String] {
            try World.failures(profile) { world in
                try world.completeBuild()
                try world.sign(try world.review(), by: "bob")
                try world.sign(world.test("fedora"), by: "alice")
                if isReviewedAgain { try world.sign(try world.review(), by: "bob") }
            }
        }
        #expect(try names(.release, isReviewedAgain: false) == ["review-stale", "review-threshold"])
        #expect(try names(.release, isReviewedAgain: true).isEmpty)
        #expect(try names(.build, isReviewedAgain: false).isEmpty)
    }

    @Test func `threshold met by two keys of one person: people are counted`() throws {
        func names(_ reviewers: [String]) throws -> [String] {
            try World.failures(changing: { $0.policy.reviews = 2 }) { world in
                let second = try SigningKey.generate()
                world.keys["bob's second"] = second
                try world.amend(after: 10) {
                    $0.keys.append(RosterKey(person: "bob", key: second.publicKey, validFrom: World.start, validUntil: World.end))
                    $0.grants.append(Grant(person: "carol", role: .reviewer, packages: ["*"]))
                }
                try world.completeBuild()
                let seen = world.envelopes.envelopes.map(\.digest)
                for reviewer in reviewers {
                    try world.sign(try world.review(by: reviewer == "carol" ? "carol" : "bob", seen: seen), by: reviewer)
                }
            }
        }
        #expect(try names(["bob", "bob's second"]) == ["review-threshold"])
        #expect(try names(["bob", "bob"]) == ["review-threshold"])
        #expect(try names(["bob", "carol"]).isEmpty)
    }

    @Test func `swapped artifact: another honestly signed one under this name, or this one under another`() throws {
        try TemporaryDirectory.withSync { folder in
            var world = try World(in: folder)
            try world.completeRelease()
            try world.write()
            let other = folder.appending("qt-main-5.15.8-h0_2.conda")
            try world.artifact.copyAll(to: other)
            for sidecar in Sidecar.allCases where world.sidecar(sidecar.suffix).exists {
                try world.sidecar(sidecar.suffix).copyAll(to: folder.appending("qt-main-5.15.8-h0_2.conda" + sidecar.suffix))
            }
            let renamed = world.verifier().verify(try Evidence.collect(for: other), profile: .release)
            #expect(Set(renamed.failures.map(\.name)).isSuperset(of: ["subject-name-mismatch", "missing-build"]))
            try world.artifact.replaceContents(with: "another")
            let swapped = try world.verdict(.release, target: .main)
            #expect(Set(swapped.failures.map(\.name)).isSuperset(of: ["subject-mismatch", "missing-build", "bad-detached-signature"]))
        }
    }

    @Test func `moved image: an image that is not allowed, or not named by its digest`() throws {
        let other = SHA256Digest(of: "moved")
        let cell = try World.failures(.build) { world in
            try world.completeBuild()
            try world.sign(world.test("fedora", image: other), by: "ci")
        }
        #expect(cell == ["image-not-allowed:\(other)"])
        let build = try World.failures(.build) { world in
            try world.completeBuild()
            try world.sign(try world.build(image: nil), by: "alice")
        }
        #expect(build == ["image-not-allowed:unnamed"])
    }

    @Test func `rollback of the roster: an older one is refused where a newer one was seen, and any other chain`() throws {
        try TemporaryDirectory.withSync { folder in
            var world = try World(in: folder)
            try world.completeRelease()
            try world.write()
            try world.amend(after: 500) { $0.people["erin"] = .init() }
            func names(_ roster: [Envelope], remembered: Int) throws -> [String] {
                var verifier = world.verifier()
                verifier.roster = roster
                verifier.rememberedRosterVersion = remembered
                return verifier.verify(try Evidence.collect(for: world.artifact), profile: .release).failures.map(\.name)
            }
            #expect(try names(world.roster, remembered: 2).isEmpty)
            #expect(try names([world.roster[0]], remembered: 2) == ["roster-rollback"])
            #expect(try names([world.roster[1]], remembered: 0) == ["roster-unpinned"])
            #expect(try names([world.roster[0], world.roster[0]], remembered: 0) == ["roster-gap"])
        }
    }

    @Test func `split view of the log: two faces of one log are refused, and both are shown`() throws {
        try TemporaryDirectory.withSync { folder in
            var world = try World(in: folder)
            try world.completeRelease()
            try world.write()
            let fork = try LogFolder.create(at: folder.appending("fork"), origin: "example.org/ledger", key: world.logKey)
            _ = try fork.append(leaves: (0..<7).map { Data("\($0)".utf8) }, key: world.logKey, isDeduplicating: false)
            var verifier = world.verifier()
            verifier.rememberedCheckpoint = try fork.checkpoint().note
            let verdict = verifier.verify(try Evidence.collect(for: world.artifact), profile: .release)
            #expect(verdict.failures.map(\.name) == ["log-split-view"])
            for log in [world.log, fork] {
                let note = try log.checkpoint().note
                #expect(verdict.failures[0].detail.contains(note.text))
            }
        }
    }

    @Test func `withdrawn artifact: the core's withdrawal is heard, and another's is not`() throws {
        let core = try World.failures { world in
            try world.completeRelease()
            try world.sign(.withdrawal(Withdrawal(reason: "broken")), by: "carol")
        }
        #expect(core == ["withdrawn"])
        let envious = try World.failures { world in
            try world.completeRelease()
            try world.sign(.withdrawal(Withdrawal(reason: "envy")), by: "alice")
        }
        #expect(envious.isEmpty)
    }
}
