import Basics
import Cryptography
import Files
import Provenance
import Roster
import SystemPackage
import Testing

@Suite struct RosterFolderTests {
    @Test func `starts, waits for a second signature, grants, rotates and revokes`() throws {
        try TemporaryDirectory.withSync { path in
            let sample = try SampleRoster()
            let folder = RosterFolder(path.appending("roster"))
            let now = SampleRoster.start.adding(seconds: 100)
            let (pin, isComplete) = try folder.create(sample.document, signers: sample.signers("alice"))
            #expect(!isComplete)
            #expect(throws: RosterError.empty) { try folder.chain(pin: pin, now: now) }
            #expect(try folder.pendingDocument() == sample.document)
            #expect(try folder.signPending(after: nil, with: sample.signers("bob")[0]))
            var chain = try folder.chain(pin: pin, now: now)

            var next = chain.newest.successor(issued: now)
            try next.grant(Grant(person: "dave", role: .promoter, packages: ["*"]))
            #expect(throws: RosterError.unknownPerson("zoe")) { try next.grant(Grant(person: "zoe", role: .promoter, packages: ["*"])) }
            #expect(try folder.append(next, to: chain, signers: sample.signers("alice", "bob")))
            chain = try folder.chain(pin: pin, now: now)
            #expect(chain.newest.grants.count == 3)

            let fresh = try SigningKey.generate()
            let old = try #require(sample.keys["alice"]).publicKey.keyID
            next = chain.newest.successor(issued: now)
            try next.rotate(old, to: fresh.publicKey, at: now.adding(seconds: 10), validUntil: SampleRoster.end)
            #expect(try folder.append(next, to: chain, signers: sample.signers("carol", "bob")))
            chain = try folder.chain(pin: pin, now: now.adding(seconds: 20))
            #expect(chain.newest.key(old)?.revoked?.reason == .superseded)
            #expect(chain.person(of: fresh.publicKey) == "alice")
            #expect(try folder.path.children().map { $0.lastComponent?.string } == ["1.json", "2.json", "3.json"])
        }
    }

    @Test func `a stranger's signature keeps nothing waiting and nothing half written`() throws {
        try TemporaryDirectory.withSync { path in
            let sample = try SampleRoster()
            let folder = RosterFolder(path)
            let stranger = try SigningKey.generate()
            #expect(throws: RosterError.self) { try folder.create(sample.document, signers: sample.signers("alice") + [stranger]) }
            #expect(try folder.path.children().isEmpty)
            try folder.create(sample.document, signers: sample.signers("alice"))
            #expect(throws: RosterError.self) { try folder.signPending(after: nil, with: stranger) }
            #expect(throws: RosterError.alreadyThere(path)) { try folder.create(sample.document, signers: sample.signers("alice")) }
            #expect(try folder.path.children().map { $0.lastComponent?.string } == ["pending.json"])
        }
    }
}
