public import Basics
public import Cryptography
import Foundation
public import Provenance

/// A chain of roster versions, from the pinned first to the newest, every one signed as its predecessor and itself demand.
///
/// Only verification makes one: TUF's rule for roots (each version by the thresholds of the one before and of itself), with the trust anchored
/// in the digest of version 1, as a Guix channel is by its introduction.
public struct RosterChain: Hashable, Sendable {
    public let versions: [RosterDocument]

    /// The newest version.
    public let newest: RosterDocument

    /// The digest that version 1 has been pinned by.
    public let pin: SHA256Digest

    /// Verifies `envelopes`, version 1 first.
    ///
    /// `remembered` is the highest version that has been seen before; `now` is what the newest version's expiry is held against.
    public init(
        _ envelopes: [Envelope], pin: SHA256Digest, channel: String? = nil, remembered: Int = 0, now: Timestamp
    ) throws(RosterError) {
        guard let first = envelopes.first else { throw .empty }
        let found = SHA256Digest(of: first.payload)
        guard found == pin else { throw .unpinned(expected: pin, found: found) }
        var versions: [RosterDocument] = []
        for (index, envelope) in envelopes.enumerated() {
            let document = try Self.verify(envelope, number: index + 1, after: versions.last)
            if let channel, document.channel != channel { throw .wrongChannel(version: document.version, document.channel) }
            versions.append(document)
        }
        guard let newest = versions.last else { throw .empty }
        guard newest.version >= remembered else { throw .rollback(remembered: remembered, found: newest.version) }
        guard now < newest.expires else { throw .expired(version: newest.version, at: newest.expires) }
        self.versions = versions
        self.newest = newest
        self.pin = pin
    }

    /// Verifies one version against the one before it.
    static func verify(_ envelope: Envelope, number: Int, after previous: RosterDocument?) throws(RosterError) -> RosterDocument {
        guard envelope.payloadType == RosterDocument.payloadType else { throw .signature(version: number, .wrongPayloadType(envelope.payloadType)) }
        // The bytes must be read to find the keys of the new version; nothing is believed of them until both thresholds are met.
        let document: RosterDocument
        do { document = try RosterDocument(parsing: envelope.payload) } catch { throw .malformed(version: number, error.text) }
        guard document.version == number else { throw .gap(expected: number, found: document.version) }
        guard document.previous == previous?.digest(of: previous) else { throw .wrongPrevious(version: number) }
        if let previous {
            guard document.channel == previous.channel else { throw .wrongChannel(version: number, document.channel) }
            guard document.issued > previous.issued else { throw .malformed(version: number, "it was issued before the version that it follows") }
        }
        let keys = Set((previous?.keys ?? []).map(\.key) + document.keys.map(\.key))
        let signers: Set<PublicKey>
        do { signers = try envelope.signers(among: Array(keys)) } catch { throw .signature(version: number, error) }
        for judge in [previous, document].compactMap(\.self) {
            let people = judge.corePeople(behind: signers, at: document.issued)
            guard people.count >= judge.core.threshold else {
                throw .threshold(version: number, of: judge.version, needed: judge.core.threshold, people: people)
            }
        }
        return document
    }

    /// The version that was in force at a time: the last one issued by then; nil before the first.
    public func version(at time: Timestamp) -> RosterDocument? { versions.last { $0.issued <= time } }

    /// Every key that any version named: what signatures are tried against, before anything is said of what the key may do.
    public var everyKey: [PublicKey] {
        var keys: [PublicKey] = []
        for entry in versions.reversed().flatMap(\.keys) where !keys.contains(entry.key) { keys.append(entry.key) }
        return keys
    }

    /// The person behind a key, by the newest version that names it.
    public func person(of key: PublicKey) -> String? {
        for version in versions.reversed() {
            if let entry = version.keys.first(where: { $0.key == key }) { return entry.person }
        }
        return nil
    }
}

extension RosterDocument {
    fileprivate func digest(of document: RosterDocument?) -> SHA256Digest? { document?.digest }

    /// The core members behind `signers`, each once however many keys signed, with keys that are good at `time`.
    func corePeople(behind signers: Set<PublicKey>, at time: Timestamp) -> [String] {
        let people = keys.filter { entry in
            signers.contains(entry.key) && core.people.contains(entry.person) && entry.validFrom <= time && time < entry.validUntil
                && entry.revoked.map { time < $0.at } ?? true
        }.map(\.person)
        return Set(people).sorted()
    }
}
