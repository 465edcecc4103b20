public import Basics
public import Cryptography
import Provenance

extension RosterDocument {
    /// The version that follows this one, with nothing changed yet but what must be.
    public func successor(issued: Timestamp) -> RosterDocument {
        var next = self
        next.version = version + 1
        next.previous = digest
        // Two versions in one second would make it unclear which was in force.
        next.issued = max(issued, self.issued.adding(seconds: 1))
        return next
    }

    /// Adds a person, or a key of a person who is there.
    public mutating func add(_ name: String, _ person: Person? = nil, key: RosterKey? = nil) throws(RosterError) {
        guard Self.isLegal(name: name) else { throw .illegalName(name) }
        if let person { people[name] = person } else if people[name] == nil { people[name] = Person() }
        if let key {
            keys.removeAll { $0.key == key.key }
            keys.append(key)
        }
    }

    public mutating func grant(_ grant: Grant) throws(RosterError) {
        guard people[grant.person] != nil else { throw .unknownPerson(grant.person) }
        if !grants.contains(grant) { grants.append(grant) }
    }

    /// Takes back every grant that `isMeant` picks; returns how many there were.
    public mutating func removeGrants(where isMeant: (Grant) -> Bool) -> Int {
        let count = grants.count
        grants.removeAll(where: isMeant)
        return count - grants.count
    }

    public mutating func revoke(_ key: KeyID, at time: Timestamp, reason: RosterKey.Revocation.Reason) throws(RosterError) {
        guard let index = keys.firstIndex(where: { $0.key.keyID == key }) else { throw .unknownKey(key) }
        keys[index].revoked = .init(at: time, reason: reason)
    }

    /// Puts `new` in the place of `old`: the same person, the old key superseded from `time` on.
    public mutating func rotate(_ old: KeyID, to new: PublicKey, at time: Timestamp, validUntil: Timestamp) throws(RosterError) {
        guard let entry = key(old) else { throw .unknownKey(old) }
        if entry.revoked == nil { try revoke(old, at: time, reason: .superseded) }
        try add(entry.person, key: RosterKey(person: entry.person, key: new, validFrom: time, validUntil: validUntil, storage: entry.storage))
    }
}
