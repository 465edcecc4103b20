import Basics
import Cryptography
import Foundation
import Provenance
import Roster
import Testing

@Suite struct RosterChainTests {
    let sample: SampleRoster
    let now = SampleRoster.start.adding(seconds: 1_000_000)
    init() throws { sample = try SampleRoster() }

    private func chain(_ envelopes: [Envelope], remembered: Int = 0, now: Timestamp? = nil) throws(RosterError) -> RosterChain {
        try RosterChain(envelopes, pin: sample.document.digest, remembered: remembered, now: now ?? self.now)
    }

    /// Version 2: dave takes carol's place in the core.
    private func second() -> RosterDocument {
        var next = sample.document.successor(issued: SampleRoster.start.adding(seconds: 1000))
        next.core = .init(threshold: 2, people: ["alice", "bob", "dave"])
        return next
    }

    @Test func `follows from the pinned version by both thresholds`() throws {
        let first = try SampleRoster.envelope(sample.document, sample.signers("alice", "carol"))
        let second = try SampleRoster.envelope(second(), sample.signers("alice", "bob"))
        let chain = try chain([first, second])
        #expect(chain.newest.version == 2)
        #expect(chain.versions.map(\.version) == [1, 2])
        #expect(chain.version(at: SampleRoster.start.adding(seconds: 999))?.version == 1)
        #expect(chain.version(at: SampleRoster.start.adding(seconds: -1)) == nil)
    }

    @Test func `comes back from its JSON, byte for byte`() throws {
        let first = try SampleRoster.envelope(sample.document, sample.signers("alice", "carol"))
        #expect(try chain([first]).newest == sample.document)
        #expect(try chain([first]).newest.payload == first.payload)
    }

    @Test func `another first version is not the pinned one`() throws {
        var other = sample.document
        other.grants = []
        let envelope = try SampleRoster.envelope(other, sample.signers("alice", "bob"))
        #expect(throws: RosterError.unpinned(expected: sample.document.digest, found: other.digest)) { try chain([envelope]) }
        #expect(throws: RosterError.empty) { try chain([]) }
    }

    @Test func `people are counted and not keys`() throws {
        var document = sample.document
        let second = try SigningKey.generate()
        document.keys.append(RosterKey(person: "alice", key: second.publicKey, validFrom: SampleRoster.start, validUntil: SampleRoster.end))
        let envelope = try SampleRoster.envelope(document, sample.signers("alice") + [second])
        #expect(throws: RosterError.threshold(version: 1, of: 1, needed: 2, people: ["alice"])) {
            try RosterChain([envelope], pin: document.digest, now: now)
        }
    }

    @Test func `a signature that stands twice counts once`() throws {
        let envelope = try SampleRoster.envelope(sample.document, sample.signers("alice", "alice"))
        #expect(throws: RosterError.threshold(version: 1, of: 1, needed: 2, people: ["alice"])) { try chain([envelope]) }
    }

    @Test func `the new core cannot put itself in place, and the old one cannot leave the new one out`() throws {
        let first = try SampleRoster.envelope(sample.document, sample.signers("alice", "bob"))
        let byNew = try SampleRoster.envelope(second(), sample.signers("alice", "dave"))
        #expect(throws: RosterError.threshold(version: 2, of: 1, needed: 2, people: ["alice"])) { try chain([first, byNew]) }
        let byOld = try SampleRoster.envelope(second(), sample.signers("alice", "carol"))
        #expect(throws: RosterError.threshold(version: 2, of: 2, needed: 2, people: ["alice"])) { try chain([first, byOld]) }
    }

    @Test func `a member outside the core does not count`() throws {
        let envelope = try SampleRoster.envelope(sample.document, sample.signers("alice", "dave"))
        #expect(throws: RosterError.threshold(version: 1, of: 1, needed: 2, people: ["alice"])) { try chain([envelope]) }
    }

    @Test func `gaps, other chains, other channels, rollbacks and age are refused by name`() throws {
        let first = try SampleRoster.envelope(sample.document, sample.signers("alice", "bob"))
        var third = second()
        third.version = 3
        let gap = try SampleRoster.envelope(third, sample.signers("alice", "bob"))
        #expect(throws: RosterError.gap(expected: 2, found: 3)) { try chain([first, gap]) }
        var stranger = second()
        stranger.previous = SHA256Digest(of: "another")
        let wrong = try SampleRoster.envelope(stranger, sample.signers("alice", "bob"))
        #expect(throws: RosterError.wrongPrevious(version: 2)) { try chain([first, wrong]) }
        var moved = second()
        moved.channel = "https://conda.example.org/other"
        let other = try SampleRoster.envelope(moved, sample.signers("alice", "bob"))
        #expect(throws: RosterError.wrongChannel(version: 2, moved.channel)) { try chain([first, other]) }
        #expect(throws: RosterError.rollback(remembered: 2, found: 1)) { try chain([first], remembered: 2) }
        #expect(throws: RosterError.expired(version: 1, at: SampleRoster.end)) { try chain([first], now: SampleRoster.end) }
        let names = [
            RosterError.gap(expected: 2, found: 3), .rollback(remembered: 2, found: 1), .expired(version: 1, at: now), .empty,
            .wrongChannel(version: 1, ""), .threshold(version: 1, of: 1, needed: 2, people: []),
        ].map(\.name)
        #expect(names == ["roster-gap", "roster-rollback", "roster-expired", "roster-unpinned", "wrong-channel-roster", "roster-threshold"])
    }

    @Test func `a revoked key no longer decides about the roster`() throws {
        let first = try SampleRoster.envelope(sample.document, sample.signers("alice", "bob"))
        var second = sample.document.successor(issued: SampleRoster.start.adding(seconds: 1000))
        let bob = try #require(sample.keys["bob"]).publicKey.keyID
        try second.revoke(bob, at: SampleRoster.start.adding(seconds: 900), reason: .compromised)
        #expect(throws: RosterError.threshold(version: 2, of: 2, needed: 2, people: ["alice"])) {
            try chain([first, try SampleRoster.envelope(second, sample.signers("alice", "bob"))])
        }
        #expect(try chain([first, try SampleRoster.envelope(second, sample.signers("alice", "carol"))]).newest.version == 2)
    }

    @Test func `every changed byte of a version is refused`() throws {
        let first = try SampleRoster.envelope(sample.document, sample.signers("alice", "bob"))
        let second = try SampleRoster.envelope(second(), sample.signers("alice", "bob")).line
        var refused = 0
        for index in stride(from: 0, to: second.count, by: 31) {
            var changed = second
            changed[index] ^= 1
            guard let envelope = try? Envelope(parsing: changed) else { continue }
            #expect(throws: RosterError.self) { try chain([first, envelope]) }
            refused += 1
        }
        #expect(refused > 40)
    }

    @Test func `a document that contradicts itself is refused`() throws {
        func refuses(_ change: (inout RosterDocument) -> Void) throws {
            var document = sample.document
            change(&document)
            let envelope = try SampleRoster.envelope(document, sample.signers("alice", "bob"))
            do throws(RosterError) {
                _ = try RosterChain([envelope], pin: document.digest, now: now)
                Issue.record("taken: \(String(decoding: document.payload, as: UTF8.self))")
            } catch {
                guard case .malformed = error else {
                    Issue.record("\(error)")
                    return
                }
            }
        }
        try refuses { $0.core.threshold = 0 }
        try refuses { $0.core.threshold = 4 }
        try refuses { $0.core.people.append("alice") }
        try refuses { $0.core.people.append("zoe") }
        try refuses { $0.people["dave"] = nil }
        try refuses { $0.people["Eve"] = .init() }
        try refuses { $0.expires = $0.issued }
        try refuses { $0.channel = "ftp://x" }
        try refuses { $0.keys.append($0.keys[0]) }
        try refuses { $0.grants[0].packages = [] }
        try refuses { $0.policy.cells = ["debian12": "failed"] }
    }
}
