import Basics
public import Foundation
import JSONReading
import YAMLReading

/// A person's answers to one checklist, each of the type that its item asks for.
public struct Answers: Hashable, Sendable, Codable {
    /// The checklist's name.
    public let checklist: String
    /// By the items' ids.
    public private(set) var answers: [String: Answer]

    public init(to checklist: Checklist) {
        self.checklist = checklist.name
        answers = [:]
    }

    public subscript(id: String) -> Answer? { answers[id] }

    /// Reads the file that `--answers` names: `checklist: NAME` and `answers:` by item, as YAML or JSON. Every problem is named, not the first alone.
    ///
    /// Items may be left out; `missing(in:through:)` says which. An answer to an automatic item is refused.
    public init(parsing content: Data, for checklist: Checklist) throws(ChecklistError) {
        let file: Answers
        if content.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "{") {
            do { file = try StrictJSON.decode(Answers.self, from: content, limits: .init(bytes: 1 << 20)) } catch { throw .json(error) }
        } else {
            do { file = try YAML.decode(Answers.self, from: content, limits: .init(bytes: 1 << 20)) } catch { throw .yaml(error) }
        }
        guard file.checklist == checklist.name else { throw .otherChecklist(expected: checklist.name, found: file.checklist) }
        self.init(to: checklist)
        var problems: [AnswerProblem] = []
        for (id, answer) in file.answers.sorted(by: { $0.key < $1.key }) {
            do { try record(answer, to: id, in: checklist) } catch .answers(let found) { problems += found }
        }
        guard problems.isEmpty else { throw .answers(problems) }
    }

    /// Takes one answer, replacing an earlier one.
    public mutating func record(_ answer: Answer, to id: String, in checklist: Checklist) throws(ChecklistError) {
        guard let item = checklist.item(id) else {
            throw .answers([.unknownItem(id, nearest: id.nearest(of: checklist.items.map(\.id)))])
        }
        switch (item.kind, answer) {
        case (.automatic, _): throw .answers([.automatic(id)])
        case (.confirm, .confirmed): break
        case (.confirm, _): throw .answers([.wrongType(id, expected: "yes or no")])
        case (.text, .text(let text)):
            guard text.contains(where: { !$0.isWhitespace }) else { throw .answers([.empty(id)]) }
        case (.text, _): throw .answers([.wrongType(id, expected: "a text")])
        case (.choice(let choices), .text(let text)):
            guard choices.contains(text) else { throw .answers([.notAChoice(id, answer: text, choices: choices)]) }
        case (.choice(let choices), _): throw .answers([.notAChoice(id, answer: answer.description, choices: choices)])
        }
        answers[id] = answer
    }

    /// The required items that a person must still answer, or answered with no, up to and with `step`.
    public func missing(in checklist: Checklist, through step: LifeStep = .promote) -> [AnswerProblem] {
        checklist.items.filter { $0.isRequired && $0.step <= step }.compactMap { item in
            switch (item.kind, answers[item.id]) {
            case (.automatic, _): nil
            case (_, nil): .missing(item.id)
            case (_, .confirmed(false)): .declined(item.id)
            default: nil
            }
        }
    }
}
