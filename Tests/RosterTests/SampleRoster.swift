import Basics
import Conda
import Cryptography
import Provenance
import Roster

/// A roster of three core members, two of whom must agree, and keys for all.
struct SampleRoster {
    var keys: [String: SigningKey] = [:]
    var document: RosterDocument

    static let start = Timestamp(seconds: 1_790_000_000)
    static let end = Timestamp(seconds: 1_850_000_000)

    init(threshold: Int = 2) throws {
        var people: [String: RosterDocument.Person] = [:]
        var entries: [RosterKey] = []
        for name in ["alice", "bob", "carol", "dave"] {
            let key = try SigningKey.generate()
            keys[name] = key
            people[name] = .init(contact: "\(name)@example.org", organisation: name == "dave" ? "two" : "one")
            entries.append(RosterKey(person: name, key: key.publicKey, validFrom: Self.start, validUntil: Self.end))
        }
        document = RosterDocument(
            channel: "https://conda.example.org/forge", issued: Self.start, expires: Self.end, people: people, keys: entries,
            core: .init(threshold: threshold, people: ["alice", "bob", "carol"]),
            grants: [
                Grant(
                    person: "alice", role: .builder, packages: ["qt-main", "qt6-*"], subdirs: ["linux-*"], until: Timestamp(seconds: 1_820_000_000),
                    reference: "https://example.org/pull/7"),
                Grant(person: "bob", role: .reviewer, packages: ["*"]),
            ])
    }

    func signers(_ names: String...) -> [any Signer] { names.compactMap { keys[$0] } }

    /// An envelope around any document, signed by whoever is named, with no look at the rules.
    static func envelope(_ document: RosterDocument, _ signers: [any Signer]) throws -> Envelope {
        let encoding = Envelope.preAuthenticationEncoding(type: RosterDocument.payloadType, payload: document.payload)
        return Envelope(
            payloadType: RosterDocument.payloadType, payload: document.payload,
            signatures: try signers.map { ($0.publicKey.keyID, try $0.sign(encoding)) })
    }
}
