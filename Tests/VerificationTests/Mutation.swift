import JSONReading

/// One way to spoil a JSON document: the text that it becomes, and where.
struct Mutation {
    let place: String
    let text: String
}

extension JSONValue {
    /// Every document that differs from this one in one place: a member removed, doubled or renamed, a value altered, replaced by another kind,
    /// or swapped with what stands at the same place of `donor`.
    func mutations(donor: JSONValue? = nil) -> [Mutation] {
        var all: [Mutation] = []
        collect(into: &all, place: "", donor: donor) { $0 }
        return all
    }

    /// `around` puts the changed part's text into the rest of the document.
    private func collect(into all: inout [Mutation], place: String, donor: JSONValue?, around: (String) -> String) {
        func add(_ what: String, _ text: String) { all.append(Mutation(place: "\(place) \(what)", text: around(text))) }
        let own = text
        if let donor, donor != self { add("swapped", donor.text) }
        if self != .null { add("null", "null") }
        switch self {
        case .object(let members):
            func written(_ members: [(String, String)]) -> String {
                "{" + members.map { "\(JSONValue.string($0.0).text):\($0.1)" }.joined(separator: ",") + "}"
            }
            let pairs = members.map { ($0.key, $0.value.text) }
            for (index, member) in members.enumerated() {
                var fewer = pairs
                fewer.remove(at: index)
                add("without \(member.key)", written(fewer))
                add("with \(member.key) twice", written(pairs + [pairs[index]]))
                var renamed = pairs
                renamed[index].0 += "_"
                add("with \(member.key) renamed", written(renamed))
                member.value.collect(into: &all, place: "\(place).\(member.key)", donor: donor?[member.key]) { text in
                    var changed = pairs
                    changed[index].1 = text
                    return around(written(changed))
                }
            }
        case .array(let values):
            let texts = values.map(\.text)
            for (index, value) in values.enumerated() {
                var fewer = texts
                fewer.remove(at: index)
                add("without [\(index)]", "[" + fewer.joined(separator: ",") + "]")
                add("with [\(index)] twice", "[" + (texts + [texts[index]]).joined(separator: ",") + "]")
                value.collect(into: &all, place: "\(place)[\(index)]", donor: donor?[index]) { text in
                    var changed = texts
                    changed[index] = text
                    return around("[" + changed.joined(separator: ",") + "]")
                }
            }
        case .string(let string):
            add("longer", JSONValue.string(string + "A").text)
            if let last = string.unicodeScalars.last, last.isASCII, last.value > 32 {
                let other: Unicode.Scalar = last == "B" ? "C" : "B"
                add("with another end", JSONValue.string(String(string.unicodeScalars.dropLast()) + String(other)).text)
            }
            add("empty", "\"\"")
            add("a number", "7")
        case .integer(let number):
            add("one more", "\(number + 1)")
            add("a text", "\"\(number)\"")
        case .bool(let flag): add("turned", "\(!flag)")
        default: add("a list", "[\(own)]")
        }
    }

    var text: String { String(decoding: serialized(.compact), as: UTF8.self) }
}
