import Basics
import Checklists
import Foundation
import Testing

@Suite struct AnswersTests {
    static let text = """
        checklist: small
        version: 1
        title: Small
        about: For tests
        items:
        - {id: sure, when: request, kind: confirm, text: Sure?, why: w}
        - {id: reason, when: request, kind: choice, choices: [time, memory], text: Why?, why: w}
        - {id: clean, when: plan, kind: automatic, check: tree-clean, text: Clean, why: w}
        - {id: remarks, when: review, kind: text, required: false, text: Remarks?, why: w}
        - {id: who, when: review, kind: text, text: Who?, why: w}

        """

    let checklist: Checklist
    init() throws { checklist = try Checklist(parsing: Data(Self.text.utf8)) }

    private func answers(_ text: String) throws(ChecklistError) -> Answers { try Answers(parsing: Data(text.utf8), for: checklist) }

    @Test(arguments: [
        "checklist: small\nanswers:\n  sure: yes\n  reason: time\n  who: Ada\n",
        " {\"checklist\": \"small\", \"answers\": {\"sure\": true, \"reason\": \"time\", \"who\": \"Ada\"}}",
    ])
    func `answers are read from YAML and from JSON`(text: String) throws {
        let answers = try answers(text)
        #expect(answers["sure"] == .confirmed(true))
        #expect(answers["reason"] == .text("time"))
        #expect(answers.missing(in: checklist).isEmpty)
    }

    @Test func `every problem is named at once`() {
        let text = "checklist: small\nanswers:\n  sure: 'yes'\n  reason: licence\n  claen: yes\n  clean: yes\n  who: ' '\n  remarks: no\n"
        #expect(
            throws: ChecklistError.answers([
                .unknownItem("claen", nearest: "clean"), .automatic("clean"), .notAChoice("reason", answer: "licence", choices: ["time", "memory"]),
                .wrongType("remarks", expected: "a text"), .wrongType("sure", expected: "yes or no"), .empty("who"),
            ])
        ) { try answers(text) }
    }

    @Test(arguments: [
        "checklist: other\nanswers: {}\n", "answers: {}\n", "checklist: small\nanswers: {a: 1, a: 2}\n", "checklist: small\nanswers: {who: [Ada]}\n",
        "{", "",
        "checklist: small\nanswers: {}\nsigned: yes\n",
    ])
    func `what is no file of answers is refused`(text: String) {
        #expect(throws: ChecklistError.self) { try answers(text) }
    }

    @Test func `says what is missing, step by step, and that a no is not an answer`() throws {
        let answers = try answers("checklist: small\nanswers: {sure: no}\n")
        #expect(answers.missing(in: checklist, through: .plan) == [.declined("sure"), .missing("reason")])
        #expect(answers.missing(in: checklist) == [.declined("sure"), .missing("reason"), .missing("who")])
    }

    @Test func `an automatic item is closed by its check alone`() throws {
        let answers = try answers("checklist: small\nanswers: {sure: yes, reason: time, who: Ada}\n")
        #expect(ChecklistState(checklist: checklist, answers: answers, results: [:]).open().map(\.id) == ["clean"])
        let undecided = ChecklistState(checklist: checklist, answers: answers, results: [.treeClean: .undecided(detail: "not opened")])
        #expect(undecided.open().map(\.id) == ["clean"])
        let failed = ChecklistState(checklist: checklist, answers: answers, results: [.treeClean: .failed(detail: "1 file")])
        #expect(failed.open(through: .plan).map(\.id) == ["clean"])
        #expect(failed.open(through: .request).isEmpty)
        #expect(ChecklistState(checklist: checklist, answers: answers, results: [.treeClean: .passed(detail: "clean")]).isComplete)
    }

    @Test func `the guide asks the next open question`() throws {
        var answers = Answers(to: checklist)
        var asked: [String] = []
        while let item = ChecklistState(checklist: checklist, answers: answers, results: [:]).nextQuestion {
            asked.append(item.id)
            switch item.kind {
            case .confirm: try answers.record(.confirmed(true), to: item.id, in: checklist)
            case .choice(let choices): try answers.record(.text(choices[0]), to: item.id, in: checklist)
            default: try answers.record(.text("Ada"), to: item.id, in: checklist)
            }
        }
        #expect(asked == ["sure", "reason", "who"])
    }
}

@Suite struct SignOffTests {
    let checklist: Checklist
    init() throws { checklist = try Checklist(parsing: Data(AnswersTests.text.utf8)) }
    let time = Timestamp(seconds: 1_795_000_000)

    private func state(_ results: [AutomaticCheck: AutomaticCheck.Result]) throws -> ChecklistState {
        let text = "checklist: small\nanswers: {sure: yes, reason: memory, who: Ada}\n"
        return ChecklistState(checklist: checklist, answers: try Answers(parsing: Data(text.utf8), for: checklist), results: results)
    }

    @Test func `holds what was asked, answered and found, and is read back`() throws {
        let signOff = try SignOff(try state([.treeClean: .passed(detail: "no file differs")]), by: "Ada", at: time)
        let text = String(decoding: try signOff.serialized(), as: UTF8.self)
        #expect(signOff.checklistSHA256 == checklist.sha256)
        #expect(signOff.lines.map(\.id) == ["sure", "reason", "clean", "remarks", "who"])
        #expect(text.contains("\"found\" : \"no file differs\"") && text.contains("\"answer\" : \"memory\"") && text.hasSuffix("}\n"))
        #expect(try SignOff(parsing: Data(text.utf8)) == signOff)
    }

    @Test func `is refused while something is open, and without a name`() throws {
        let open = try state([.treeClean: .failed(detail: "one file differs")])
        #expect(throws: ChecklistError.open(["clean"])) { try SignOff(open, by: "Ada", at: time) }
        #expect(throws: Never.self) { try SignOff(open, through: .request, by: "Ada", at: time) }
        let complete = try state([.treeClean: .passed(detail: "")])
        #expect(throws: ChecklistError.namelessSigner) { try SignOff(complete, by: " ", at: time) }
    }
}
