public import Basics
public import Conda
public import Cryptography

/// Whether a person may do what was signed: granted, or refused with the name of the reason.
public enum RosterDecision: Hashable, Sendable {
    case granted(Authorisation)
    case refused(Refusal)

    public struct Authorisation: Hashable, Sendable {
        public let person: String
        public let role: Role
        public let grant: Grant
        /// The roster's version that says so.
        public let version: Int
    }

    public struct Refusal: Hashable, Sendable {
        public enum Name: String, Hashable, Sendable, CaseIterable {
            case unknownKey = "unknown-key"
            case keyNotYetValid = "key-not-yet-valid"
            case keyExpired = "key-expired"
            case keyRevoked = "key-revoked"
            case roleNotGranted = "role-not-granted"
            case packageNotGranted = "package-not-granted"
            case grantExpired = "grant-expired"
        }
        public let name: Name
        public let detail: String
    }
}

/// When something was signed, and whose word that is.
public enum SigningTime: Hashable, Sendable {
    /// From a witness or a time-stamping authority: the signature existed by then.
    case trusted(Timestamp)
    /// Nobody vouches for it: rights are judged as of `now`, and the signer's own `claim` counts only where his honesty is not in doubt.
    case untrusted(now: Timestamp, claim: Timestamp?)

    /// The moment that rights are judged at.
    public var moment: Timestamp {
        switch self {
        case .trusted(let time): time
        case .untrusted(let now, _): now
        }
    }
}

extension RosterChain {
    /// Judges a key's right to act in `role` for a package, by the version in force when it signed and by what the newest says of the key.
    public func decision(key: PublicKey, role: Role, package: String, subdir: Subdir, at time: SigningTime) -> RosterDecision {
        if let refusal = refusal(of: key, at: time) { return .refused(refusal) }
        guard let document = version(at: time.moment), let entry = document.keys.first(where: { $0.key == key }) else {
            return .refused(.init(name: .unknownKey, detail: "the roster did not know `\(key)` on \(time.moment)"))
        }
        let inRole = document.grants.filter { $0.person == entry.person && $0.role == role }
        guard !inRole.isEmpty else {
            return .refused(
                .init(name: .roleNotGranted, detail: "\(entry.person) is no \(role.rawValue) in version \(document.version) of the roster"))
        }
        let covering = inRole.filter { $0.covers(package: package, subdir: subdir) }
        guard let latest = covering.max(by: { ($0.until ?? .distantFuture) < ($1.until ?? .distantFuture) }) else {
            return .refused(
                .init(name: .packageNotGranted, detail: "\(entry.person) is \(role.rawValue) of other packages than `\(package)` on `\(subdir)`"))
        }
        if let until = latest.until, time.moment >= until {
            return .refused(.init(name: .grantExpired, detail: "\(entry.person) was \(role.rawValue) of `\(package)` until \(until)"))
        }
        return .granted(.init(person: entry.person, role: role, grant: latest, version: document.version))
    }

    /// Why the key itself is no good; nil when it is.
    public func refusal(of key: PublicKey, at time: SigningTime) -> RosterDecision.Refusal? {
        guard let document = version(at: time.moment), let entry = document.keys.first(where: { $0.key == key }) else {
            return .init(name: .unknownKey, detail: "the roster did not know `\(key)` on \(time.moment)")
        }
        if time.moment < entry.validFrom { return .init(name: .keyNotYetValid, detail: "`\(key)` is valid from \(entry.validFrom)") }
        if time.moment >= entry.validUntil { return .init(name: .keyExpired, detail: "`\(key)` was valid until \(entry.validUntil)") }
        // The newest version speaks about the past too: a theft is found out after it happened.
        guard let revocation = newest.keys.first(where: { $0.key == key })?.revoked ?? entry.revoked else { return nil }
        let saved: Bool =
            switch (time, revocation.reason) {
            case (.trusted(let moment), _): moment < revocation.at
            case (.untrusted, .compromised): false
            case (.untrusted(_, let claim), .superseded), (.untrusted(_, let claim), .left): claim.map { $0 < revocation.at } ?? false
            }
        return saved ? nil : .init(name: .keyRevoked, detail: "`\(key)` was revoked from \(revocation.at) on: \(revocation.reason.rawValue)")
    }
}

extension Timestamp {
    /// Later than any time that a roster can name.
    fileprivate static let distantFuture = Timestamp(seconds: .max)
}
