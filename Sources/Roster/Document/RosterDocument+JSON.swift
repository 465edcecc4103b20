import Basics
import Cryptography
import Foundation
public import JSONReading
import Provenance

extension RosterDocument {
    /// Reads the bytes of a payload, strictly; give it nothing whose signatures have not been verified, except to find the keys to verify with.
    init(parsing payload: Data) throws(JSONObjectReader.Complaint) {
        let value: JSONValue
        do { value = try JSONValue(parsing: payload, limits: .init(bytes: 4 << 20, depth: 16)) } catch { throw .init(error.message) }
        var reader = try JSONObjectReader(value, path: "")
        guard try reader.string("_type") == Self.type else { throw .init("it is not a roster of version 1") }
        let channel = try reader.string("channel")
        let version = try reader.integer("version")
        let issued = try reader.time("issued")
        let expires = try reader.time("expires")
        var previous: SHA256Digest?
        if var object = try reader.optionalObject("previous") {
            guard let digest = SHA256Digest(parsing: try object.string("sha256")) else { throw .init("`previous.sha256` is not a digest") }
            try object.finish()
            previous = digest
        }
        var people: [String: Person] = [:]
        for member in try Self.members(&reader, "people") {
            guard Self.isLegal(name: member.key) else { throw .init("`\(member.key)` is not a person's name") }
            var person = try JSONObjectReader(member.value, path: "people.\(member.key)")
            people[member.key] = Person(contact: try person.optionalString("contact"), organisation: try person.optionalString("organisation"))
            try person.finish()
        }
        var keys: [RosterKey] = []
        for member in try Self.members(&reader, "keys") { keys.append(try RosterKey(member.key, member.value, path: "keys.\(member.key)")) }
        var object = try reader.object("core")
        let core = Core(threshold: try object.integer("threshold"), people: try object.strings("people"))
        try object.finish()
        var grants: [Grant] = []
        for (index, value) in try reader.array("grants").enumerated() { grants.append(try Grant(value, path: "grants[\(index)]")) }
        let policy = try RosterPolicy(try reader.object("policy"))
        var logKey: String?
        var logPolicy: String?
        if var log = try reader.optionalObject("log") {
            logKey = try log.string("key")
            logPolicy = try log.optionalString("policy")
            try log.finish()
        }
        var authorities: [Data] = []
        for text in try reader.optionalStrings("timestampAuthorities") {
            guard let certificate = Base64.decodeCanonical(text) else { throw .init("`timestampAuthorities` holds something else than base64") }
            authorities.append(certificate)
        }
        try reader.finish()
        self.init(
            channel: channel, version: version, issued: issued, expires: expires, previous: previous, people: people, keys: keys, core: core,
            grants: grants, policy: policy, logKey: logKey, logPolicy: logPolicy, timestampAuthorities: authorities)
        try checkSense()
    }

    /// Refuses what contradicts itself: names without people, a threshold that nobody can meet.
    func checkSense() throws(JSONObjectReader.Complaint) {
        guard version >= 1, (previous == nil) == (version == 1) else { throw .init("only the first version has no `previous`") }
        guard issued < expires else { throw .init("it expires before it is issued") }
        let named = keys.map(\.person) + core.people + grants.map(\.person)
        if let stranger = named.first(where: { people[$0] == nil }) { throw .init("`\(stranger)` is not among `people`") }
        guard Set(core.people).count == core.people.count else { throw .init("`core.people` names somebody twice") }
        guard core.threshold >= 1, core.threshold <= core.people.count else { throw .init("`core.threshold` cannot be met") }
        guard Set(keys.map(\.key)).count == keys.count else { throw .init("a key stands twice") }
        guard !channel.hasSuffix("/"), channel.hasPrefix("https://") || channel.hasPrefix("http://") else {
            throw .init("`channel` is not an address")
        }
    }

    private static func members(_ reader: inout JSONObjectReader, _ key: String) throws(JSONObjectReader.Complaint) -> [JSONValue.Member] {
        guard let members = try reader.required(key).object else { throw .init("`\(key)` is not an object") }
        return members
    }

    static func isLegal(name: String) -> Bool {
        let isPlain = name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || "._-".utf8.contains($0) }
        return isPlain && name.utf8.count <= 64 && name.first.map { $0.isLetter || $0.isNumber } ?? false
    }

    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("_type", .string(Self.type)), .init("channel", .string(channel)), .init("version", .integer(Int64(version))),
            .init("issued", .string(issued.description)), .init("expires", .string(expires.description)),
        ]
        if let previous { members.append(.init("previous", ["sha256": .string(previous.hexadecimal)])) }
        let people = people.sorted { $0.key < $1.key }.map { name, person in
            var members: [JSONValue.Member] = []
            if let contact = person.contact { members.append(.init("contact", .string(contact))) }
            if let organisation = person.organisation { members.append(.init("organisation", .string(organisation))) }
            return JSONValue.Member(name, .object(members))
        }
        members.append(.init("people", .object(people)))
        members.append(.init("keys", .object(keys.map { .init($0.key.keyID.description, $0.json) })))
        members.append(.init("core", ["threshold": .integer(Int64(core.threshold)), "people": .array(core.people.map { .string($0) })]))
        members.append(.init("grants", .array(grants.map(\.json))))
        members.append(.init("policy", policy.json))
        if let logKey {
            var log: [JSONValue.Member] = [.init("key", .string(logKey))]
            if let logPolicy { log.append(.init("policy", .string(logPolicy))) }
            members.append(.init("log", .object(log)))
        }
        members.append(.init("timestampAuthorities", .array(timestampAuthorities.map { .string(Base64.encode($0)) })))
        return .object(members)
    }
}
