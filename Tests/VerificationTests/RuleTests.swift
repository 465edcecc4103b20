import Basics
import Conda
import Cryptography
import Files
import Provenance
import Roster
import SystemPackage
import Testing
import Verification

/// What people may try, and what it is called.
@Suite struct RuleTests {
    @Test func `a refusing review, and one by a foreign roster, do not count`() throws {
        let refused = try World.failures { world in
            try world.completeBuild()
            try world.sign(try world.review(accepted: false), by: "bob")
        }
        #expect(refused == ["review-rejected", "review-threshold"])
        let foreign = try World.failures { world in
            try world.completeBuild()
            try world.sign(try world.review(policy: SHA256Digest(of: "another")), by: "bob")
        }
        #expect(foreign == ["review-policy-unknown", "review-threshold"])
    }

    @Test func `a reviewer of the builder's organisation does not count where that is asked`() throws {
        func names(_ reviewers: [String]) throws -> [String] {
            try World.failures(changing: { document in
                document.policy.distinctOrganisations = true
                document.grants.append(Grant(person: "dave", role: .reviewer, packages: ["*"]))
            }) { world in
                try world.completeBuild()
                let seen = world.envelopes.envelopes.map(\.digest)
                for reviewer in reviewers { try world.sign(try world.review(by: reviewer, seen: seen), by: reviewer) }
            }
        }
        #expect(try names(["dave"]) == ["review-threshold", "review-threshold"])
        #expect(try names(["bob"]).isEmpty)
        #expect(try names(["dave", "bob"]).isEmpty)
    }

    @Test func `whoever signed must say that he did`() throws {
        let builder = try World.failures(.build) { world in
            try world.completeBuild()
            try world.sign(try world.build(by: "bob"), by: "alice")
        }
        #expect(builder == ["signer-builder-mismatch"])
        let reviewer = try World.failures { world in
            try world.completeBuild()
            try world.sign(try world.review(by: "carol"), by: "bob")
        }
        #expect(reviewer == ["signer-builder-mismatch", "review-threshold"])
    }

    @Test func `a person without the role is refused by name`() throws {
        let role = try World.failures(.build) { world in
            try world.signArtifact(by: "bob")
            try world.sign(try world.build(by: "bob"), by: "bob")
            try world.sign(world.test("debian12"), by: "ci")
            try world.sign(world.test("alpine", "uninstallable"), by: "ci")
        }
        #expect(role.contains("role-not-granted") && role.contains("missing-build"))
    }

    @Test func `tests that are missing, failed, or ended in another way are named with their cell`() throws {
        func names(_ tests: [StatementPredicate]) throws -> [String] {
            try World.failures(.build) { world in
                try world.signArtifact()
                try world.sign(try world.build(), by: "alice")
                for test in tests { try world.sign(test, by: "ci") }
            }
        }
        let world = try TemporaryDirectory.withSync { try World(in: $0) }
        let (debian, alpine) = (world.test("debian12"), world.test("alpine", "uninstallable"))
        #expect(try names([debian, alpine]).isEmpty)
        #expect(try names([]) == ["missing-test:alpine", "missing-test:debian12"])
        #expect(try names([debian, world.test("alpine")]) == ["test-failed:alpine"])
        #expect(try names([world.test("debian12", "failed", expected: "passed"), alpine]) == ["test-failed:debian12"])
        #expect(try names([debian, world.test("debian12", "failed", expected: "passed"), alpine]) == ["test-failed:debian12"])
        #expect(try names([world.test("debian12", "unavailable", expected: "unavailable"), alpine]) == ["missing-test:debian12"])
        #expect(try names([world.test("debian12", "uninstallable"), alpine]) == ["test-failed:debian12"])
        #expect(try names([debian, alpine, world.test("fedora", "timed-out", expected: "passed")]) == ["test-failed:fedora"])
    }

    @Test func `an artifact goes where it was signed for, and a builder does not promote`() throws {
        #expect(try World.failures(.build, target: .cfep03) { try $0.completeBuild() } == ["wrong-target-channel"])
        let manualOnly = try World.failures(target: .main) { world in
            try world.completeBuild()
            try world.sign(try world.review(), by: "bob")
        }
        #expect(manualOnly == ["wrong-target-channel"])
        let byBuilder = try World.failures(target: .main) { world in
            try world.completeBuild()
            try world.sign(try world.review(), by: "bob")
            try world.sign(try world.publish(.main), by: "alice")
        }
        #expect(byBuilder == ["role-not-granted", "wrong-target-channel"])
        let selfPromotion = try World.failures(
            target: .main, changing: { $0.grants.append(Grant(person: "alice", role: .promoter, packages: ["*"])) }
        ) { world in
            try world.completeBuild()
            try world.sign(try world.review(), by: "bob")
            try world.sign(try world.publish(.main), by: "alice")
        }
        #expect(selfPromotion == ["self-promotion"])
    }

    @Test func `statements about other bytes or another name do not count`() throws {
        let bytes = try World.failures(.build) { world in
            try world.completeBuild()
            try world.sign(world.test("fedora"), by: "ci", subject: .init(name: world.name, sha256: SHA256Digest(of: "other")))
            world.envelopes = EnvelopeFile(world.envelopes.envelopes.suffix(1))
        }
        #expect(bytes.contains("subject-mismatch") && bytes.contains("missing-build"))
        let name = try World.failures(.build) { world in
            try world.completeBuild()
            let digest = try SHA256Digest(ofFile: world.artifact)
            try world.sign(world.test("fedora"), by: "ci", subject: .init(name: "qt-main-5.15.8-h0_2.conda", sha256: digest))
        }
        #expect(name == ["subject-name-mismatch"])
    }

    @Test func `an unlogged envelope, and a proof of another log, are refused`() throws {
        try TemporaryDirectory.withSync { folder in
            var world = try World(in: folder)
            try world.completeRelease()
            try world.write()
            try world.sign(world.test("fedora"), by: "ci")
            try world.envelopes.write(to: world.sidecar(Sidecar.envelopes.suffix))
            #expect(try world.verdict(.build).failures.map(\.name) == ["not-logged"])
        }
        let names = try World.failures(
            .build, changing: { $0.logKey = "example.org/manual-log+17ac2a81+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4" }
        ) {
            try $0.completeBuild()
        }
        #expect(names.contains("wrong-origin"))
    }

    @Test func `a signature of the artifact by somebody else than its builder is none`() throws {
        #expect(
            try World.failures(.build) { world in
                try world.completeBuild()
                try world.signArtifact(by: "bob")
            } == ["bad-detached-signature"])
    }
}
