public import Basics
public import Cryptography
public import Foundation
import JSONReading
import Provenance

/// One version of a channel's roster: who its people are, which keys are theirs, and what each may do.
///
/// A value: nothing follows from it before a `RosterChain` has verified who signed it.
public struct RosterDocument: Hashable, Sendable {
    public static let type = HallmarkURI.base + "roster/v1"
    /// DSSE's payload type for rosters: what was signed as a roster can never be taken for a statement.
    public static let payloadType = "application/vnd.hallmark.roster+json"

    public struct Person: Hashable, Sendable {
        public var contact: String?
        public var organisation: String?
        public init(contact: String? = nil, organisation: String? = nil) {
            self.contact = contact
            self.organisation = organisation
        }
    }

    /// The people who decide about the roster itself, and how many of them must agree. People are counted, never keys.
    public struct Core: Hashable, Sendable {
        public var threshold: Int
        public var people: [String]
        public init(threshold: Int, people: [String]) {
            self.threshold = threshold
            self.people = people
        }
    }

    /// The channel's address, without a label.
    public var channel: String
    public var version: Int
    public var issued: Timestamp
    public var expires: Timestamp
    /// The digest of the payload of the version before; nil in the first.
    public var previous: SHA256Digest?
    public var people: [String: Person]
    public var keys: [RosterKey]
    public var core: Core
    public var grants: [Grant]
    public var policy: RosterPolicy
    /// The ledger's public key, in the signed-note spelling; nil while the channel has no ledger.
    public var logKey: String?
    /// The witnesses and the quorum, as C2SP's tlog-policy spells them.
    public var logPolicy: String?
    /// Certificates of time-stamping authorities, in DER.
    public var timestampAuthorities: [Data]

    public init(
        channel: String, version: Int = 1, issued: Timestamp, expires: Timestamp, previous: SHA256Digest? = nil, people: [String: Person],
        keys: [RosterKey], core: Core, grants: [Grant] = [], policy: RosterPolicy = .init(), logKey: String? = nil, logPolicy: String? = nil,
        timestampAuthorities: [Data] = []
    ) {
        self.channel = channel
        self.version = version
        self.issued = issued
        self.expires = expires
        self.previous = previous
        self.people = people
        self.keys = keys
        self.core = core
        self.grants = grants
        self.policy = policy
        self.logKey = logKey
        self.logPolicy = logPolicy
        self.timestampAuthorities = timestampAuthorities
    }

    /// The key's entry; nil for a key that this version does not know.
    public func key(_ id: KeyID) -> RosterKey? { keys.first { $0.key.keyID == id } }

    /// The bytes that are signed.
    public var payload: Data { json.serialized(.compact) }
    /// The name of this version: what a pin, a successor and a review call it by.
    public var digest: SHA256Digest { SHA256Digest(of: payload) }
}
