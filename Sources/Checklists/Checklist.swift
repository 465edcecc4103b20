public import Basics
import Cryptography
public import Foundation
import YAMLReading

/// The questions that a build by hand must answer, in the order in which it meets them.
public struct Checklist: Hashable, Sendable {
    public struct Item: Hashable, Sendable {
        /// Lower-case letters, digits and hyphens; it never changes, because answers name it.
        public let id: String
        /// What the person is asked, or what is checked.
        public let text: String
        /// Why it is asked.
        public let why: String
        public let kind: Kind
        public let isRequired: Bool
        public let step: LifeStep
    }

    public enum Kind: Hashable, Sendable {
        /// Yes or no; only yes closes the item.
        case confirm
        case text
        case choice([String])
        /// Decided by hallmark, never by a person.
        case automatic(AutomaticCheck)
    }

    public let name: String
    public let version: Int
    public let title: String
    public let about: String
    public let items: [Item]
    /// Of the file as it was read, comments and all: answers and sign-offs are about these bytes.
    public let sha256: SHA256Digest

    public func item(_ id: String) -> Item? { items.first { $0.id == id } }
    public func items(at step: LifeStep) -> [Item] { items.filter { $0.step == step } }

    /// Reads a checklist file strictly: an unknown key, kind, step or check is an error with its line.
    public init(parsing content: Data) throws(ChecklistError) {
        let file: ChecklistFile
        do { file = try YAML.decode(ChecklistFile.self, from: content, limits: .init(bytes: 1 << 20)) } catch { throw .yaml(error) }
        name = file.checklist
        version = file.version
        title = file.title
        about = file.about
        sha256 = SHA256Digest(of: content)
        var items: [Item] = []
        for item in file.items {
            guard items.allSatisfy({ $0.id != item.id }) else { throw .duplicateItem(item.id) }
            items.append(try item.checked())
        }
        guard Self.isName(name) else { throw .badName(name) }
        guard !items.isEmpty else { throw .noItems(name) }
        // A guide walks the items from top to bottom: one that belongs to an earlier step would be asked too late.
        for (previous, next) in zip(items, items.dropFirst()) where next.step < previous.step { throw .outOfOrder(next.id, after: previous.id) }
        self.items = items
    }

    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-") } && text.first != "-"
    }
}

/// The file as it is written.
private struct ChecklistFile: Decodable {
    var checklist: String
    var version: Int
    var title: String
    var about: String
    var items: [Item]

    struct Item: Decodable {
        var id: String
        var when: LifeStep
        var kind: String
        var text: String
        var why: String
        var required: Bool?
        var choices: [String]?
        var check: String?

        func checked() throws(ChecklistError) -> Checklist.Item {
            guard Checklist.isName(id) else { throw .badName(id) }
            guard !text.isEmpty, !why.isEmpty else { throw .badItem(id, problem: "has no text or no reason") }
            return Checklist.Item(id: id, text: text, why: why, kind: try checkedKind(), isRequired: required ?? true, step: when)
        }

        private func checkedKind() throws(ChecklistError) -> Checklist.Kind {
            if choices != nil, kind != "choice" { throw .badItem(id, problem: "has choices, but is of the kind `\(kind)`") }
            if check != nil, kind != "automatic" { throw .badItem(id, problem: "has a check, but is of the kind `\(kind)`") }
            switch kind {
            case "confirm": return .confirm
            case "text": return .text
            case "choice":
                guard let choices, choices.count >= 2, Set(choices).count == choices.count else {
                    throw .badItem(id, problem: "needs two choices at least, all different")
                }
                return .choice(choices)
            case "automatic":
                guard let check else { throw .badItem(id, problem: "names no check") }
                guard let known = AutomaticCheck(rawValue: check) else { throw .unknownCheck(check, item: id) }
                return .automatic(known)
            default: throw .badItem(id, problem: "is of the kind `\(kind)`, which is none of `confirm`, `text`, `choice` and `automatic`")
            }
        }
    }
}
