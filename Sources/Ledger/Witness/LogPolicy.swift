public import Basics

/// Which witnesses must have seen a checkpoint: C2SP's tlog-policy.
///
/// Lines `log <vkey> [url]`, `witness <name> <vkey> [url]`, `group <name> <k|any|all> <members…>`, and one `quorum <name|none>`.
public struct LogPolicy: Hashable, Sendable {
    public struct Witness: Hashable, Sendable {
        public let name: String
        public let key: NoteKey
        public let url: String?
    }

    public struct Group: Hashable, Sendable {
        public let name: String
        /// How many of the members must have signed.
        public let threshold: Int
        public let members: [String]
    }

    public private(set) var logs: [NoteKey] = []
    public private(set) var witnesses: [Witness] = []
    public private(set) var groups: [Group] = []
    /// The name of a witness or a group; nil for `none`.
    public let quorum: String?

    public init(parsing text: String) throws(LedgerError) {
        var quorums: [String] = []
        var names: Set<String> = []
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
            guard let keyword = words.first, !keyword.hasPrefix("#") else { continue }
            switch (keyword, words.count) {
            case ("log", 2...3): logs.append(try Self.key(words[1], kind: .log))
            case ("witness", 3...4):
                try Self.claim(words[1], in: &names)
                let key = try Self.key(words[2], kind: .witness)
                // One key under two names would be two votes.
                guard !witnesses.contains(where: { $0.key.key == key.key }) else { throw .policyMalformed("the key of `\(words[1])` stands twice") }
                witnesses.append(Witness(name: words[1], key: key, url: words.count == 4 ? words[3] : nil))
            case ("group", 4...):
                let members = Array(words[3...])
                guard Set(members).count == members.count, members.allSatisfy(names.contains) else {
                    throw .policyMalformed("the group `\(words[1])` has members that are unknown or stand twice")
                }
                try Self.claim(words[1], in: &names)
                let threshold = words[2] == "any" ? 1 : words[2] == "all" ? members.count : Int(words[2]) ?? 0
                guard (1...members.count).contains(threshold) else { throw .policyMalformed("the threshold of `\(words[1])` cannot be met") }
                groups.append(Group(name: words[1], threshold: threshold, members: members))
            case ("quorum", 2): quorums.append(words[1])
            default: throw .policyMalformed("`\(line)` is not understood")
            }
        }
        guard quorums.count == 1 else { throw .policyMalformed("it names \(quorums.count) quorums") }
        guard quorums[0] == "none" || names.contains(quorums[0]) else { throw .policyMalformed("the quorum `\(quorums[0])` is unknown") }
        quorum = quorums[0] == "none" ? nil : quorums[0]
    }

    private static func key(_ text: String, kind: NoteKey.Kind) throws(LedgerError) -> NoteKey {
        let key = try NoteKey(parsing: text)
        guard key.kind == kind else { throw .policyMalformed("`\(key.name)` is a key of another kind") }
        return key
    }

    private static func claim(_ name: String, in names: inout Set<String>) throws(LedgerError) {
        guard name != "none", names.insert(name).inserted else { throw .policyMalformed("the name `\(name)` stands twice or is reserved") }
    }

    /// What the witnesses said of a note.
    public struct Testimony: Hashable, Sendable {
        /// Who signed, and when.
        public let times: [String: Timestamp]
        public let isQuorumMet: Bool
        /// The earliest time by which enough witnesses had signed: the note existed then. Nil without a quorum.
        public let time: Timestamp?
    }

    /// Counts the witnesses of a note. A known witness's signature that does not verify refuses the note.
    public func testimony(of note: SignedNote) throws(LedgerError) -> Testimony {
        var times: [String: Timestamp] = [:]
        for witness in witnesses {
            if let time = try note.verified(by: witness.key) ?? nil { times[witness.name] = time }
        }
        guard let quorum else { return Testimony(times: times, isQuorumMet: true, time: nil) }
        // One lying witness must not be able to set the clock back: the time is that of the last one that was needed.
        for time in Set(times.values).sorted() where isMet(quorum, by: Set(times.filter { $0.value <= time }.keys)) {
            return Testimony(times: times, isQuorumMet: true, time: time)
        }
        return Testimony(times: times, isQuorumMet: false, time: nil)
    }

    /// Members stand before their group, so this ends.
    private func isMet(_ name: String, by signers: Set<String>) -> Bool {
        guard let group = groups.first(where: { $0.name == name }) else { return signers.contains(name) }
        return group.members.filter { isMet($0, by: signers) }.count >= group.threshold
    }
}
